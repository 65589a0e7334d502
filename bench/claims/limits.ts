// A limit that the isolate counts costs little, and a route without limits pays nothing for those of another one. Measured on memory
// hits, where everything else is cheap. The rate is out of reach: what is measured passes. Where each response tells what is left, most of
// the cost is that of two more fields.
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, KEPT } from "../origin.ts";
import { type Changes, HOST, LIMIT_ELSEWHERE, limitedBy, oneSite } from "../sites.ts";

const work = { ...askFor(KEPT, "10k"), headers: { Host: HOST } };

const contender = (name: string, changes: Changes) => ({
  name,
  work,
  start: (bench: Parameters<typeof onWorkerd>[1]) =>
    onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url, changes) }, bench),
});

export const limits = contest({
  name: "limits",
  title: "10 KB hit in memory, with limits",
  contenders: [
    contender("no limit", {}),
    contender("limit on another route", LIMIT_ELSEWHERE),
    contender("limit by ip", limitedBy({})),
    contender("limit by ip, told", limitedBy({ fields: "always" })),
  ],
  comparisons: [
    { of: "limit on another route", to: "no limit" },
    { of: "limit by ip", to: "no limit" },
    { of: "limit by ip, told", to: "no limit" },
  ],
});
