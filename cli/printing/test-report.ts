// The tests of one site file, one line each. Under a failed test, every expectation that did not hold.
import type { Paint } from "../paint.ts";
import type { TestRun } from "../run-tests.ts";
import { plural } from "./problem-list.ts";
import { visible } from "./visible.ts";

export function testReport(file: string, runs: readonly TestRun[], paint: Paint): string {
  if (runs.length === 0) return `${paint("bold", file)}  no tests`;
  return [paint("bold", file), ...runs.map((run) => formatRun(run, paint))].join("\n");
}

function formatRun({ name, failures }: TestRun, paint: Paint): string {
  if (failures.length === 0) return `  ${paint("green", "ok")}    ${visible(name)}`;
  const details = failures.flatMap(({ expectation, expected, actual }) => [
    `          ${visible(expectation)}: expected ${visible(expected)}`,
    `          ${" ".repeat(visible(expectation).length)}    actual ${visible(actual)}`,
  ]);
  return [`  ${paint("red", "FAIL")}  ${visible(name)}`, ...details].join("\n");
}

export function testSummary(runs: readonly TestRun[], paint: Paint): string {
  const failed = runs.filter(({ failures }) => failures.length > 0).length;
  const passed = runs.length - failed;
  const text = `${plural(runs.length, "test")}: ${passed} passed, ${failed} failed`;
  return paint(failed === 0 ? "green" : "red", text);
}
