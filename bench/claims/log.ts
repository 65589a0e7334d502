// A log record for each request costs little. The log is read all the time, as `headgate serve` does.
import type { Claim } from "../claim.ts";
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, KEPT, PASSED } from "../origin.ts";
import { type Changes, FEATURE_HEADERS, HOST, oneSite } from "../sites.ts";

export const logHit = withLog("log-hit", "10 KB hit in memory, with the log", KEPT);
export const logPassed = withLog("log-passed", "Pass-through of 10 KB, with the log", PASSED);

function withLog(name: string, title: string, where: typeof KEPT | typeof PASSED): Claim {
  const work = {
    ...askFor(where, "10k"),
    headers: {
      Host: HOST,
      "user-agent": FEATURE_HEADERS["user-agent"] ?? "",
      referer: "https://bench.test/before",
    },
  };
  const contender = (name: string, log: Changes["log"], onlyInFull = false) => ({
    name,
    work,
    onlyInFull,
    start: (bench: Parameters<typeof onWorkerd>[1]) =>
      onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url, { log }) }, bench),
  });
  const passed = where === PASSED;
  return contest({
    name,
    title,
    contenders: [
      contender("log off", { sample: 0 }),
      contender("log on", {}),
      contender("combined", { format: "combined" }, true),
      ...(passed ? [contender("bytes sent", { bytes: "sent" }, true)] : []),
    ],
    comparisons: [
      { of: "log on", to: "log off" },
      { of: "combined", to: "log off" },
      ...(passed ? [{ of: "bytes sent", to: "log off" }] : []),
    ],
  });
}
