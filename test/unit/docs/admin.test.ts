// The tables of docs/admin.md against the code.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openApiOf } from "../../../cli/generate/openapi.ts";
import { type AdminReason, type AdminRefusal, adminStatusOf } from "../../../shared/admin/admin-refusal.ts";
import { OPERATIONS } from "../../../shared/admin/operations.ts";
import { prometheusText } from "../../../worker/keeping/prometheus.ts";

const text = readFileSync(path.join(import.meta.dirname, "../../../docs/admin.md"), "utf8");
const [operations = [], refusals = [], metrics = []] = text
  .split("<!-- checked by test/unit/docs/admin.test.ts -->\n\n")
  .slice(1)
  .map((part) =>
    (part.split("\n\n")[0] ?? "")
      .split("\n")
      .slice(2)
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.replaceAll("`", "").trim()),
      ),
  );

describe("docs/admin.md", () => {
  it("lists every operation with its request and its scopes", () => {
    expect(operations.map(([name, request, scopes]) => [name, request, scopes])).toEqual(
      Object.entries(OPERATIONS).map(([name, { method, path: target, scopes }]) => [
        name,
        `${method.toUpperCase()} ${target}`,
        scopes.join(", "),
      ]),
    );
  });

  it("lists every reason to refuse, with its status", () => {
    const listed = refusals.flatMap(([status, reasons = ""]) =>
      reasons.split(", ").map((reason) => [reason, Number(status)]),
    );
    const all: Record<AdminReason, true> = {
      "no-token": true,
      "unknown-token": true,
      "scope-missing": true,
      "cross-site": true,
      "no-such-operation": true,
      "wrong-method": true,
      "not-json": true,
      "body-incomplete": true,
      "body-too-large": true,
      "body-too-slow": true,
      "invalid-input": true,
      "unknown-site": true,
      "unknown-host": true,
      "unknown-switch": true,
      "unknown-revision": true,
      "unknown-pool": true,
      "unknown-origin": true,
      "last-origin": true,
      "sites-not-listed": true,
      "sites-unavailable": true,
      "sites-not-writable": true,
      "tests-failed": true,
      "host-of-another-site": true,
      "not-possible": true,
      "broke-off": true,
      "changed-meanwhile": true,
      "no-keeper": true,
      "keeper-unavailable": true,
      "keeper-objects": true,
      "access-unavailable": true,
    };
    const expected = Object.keys(all).map((reason) => [reason, adminStatusOf({ reason } as AdminRefusal)]);
    expect(listed.sort()).toEqual(expected.sort());
  });

  it("lists every metric with its type", () => {
    const types = [...prometheusText([]).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    expect(metrics.map(([name, type]) => [name, type])).toEqual(types);
  });
});

describe("the OpenAPI document", () => {
  it("has every operation, once", () => {
    const { paths } = openApiOf(OPERATIONS);
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map((one) => (one as { operationId: string }).operationId),
    );
    expect(ids.sort()).toEqual(Object.keys(OPERATIONS).sort());
  });
});
