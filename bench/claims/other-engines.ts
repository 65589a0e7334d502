// How proxies written in C do the same work. They are for orientation: they are other engines, not peers.
import type { Claim } from "../claim.ts";
import type { Contender } from "../contender.ts";
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { startHaproxy, startNginx, startVarnish } from "../edges/other-engines.ts";
import type { Work } from "../load/wrk.ts";
import { askFor, KEPT, PASSED } from "../origin.ts";
import { HOST, oneSite } from "../sites.ts";

export const otherEnginesHit = otherEngines("other-engines-hit", "10 KB hit, other engines", KEPT);
export const otherEnginesPass = otherEngines(
  "other-engines-pass",
  "Pass-through of 10 KB, other engines",
  PASSED,
);

function otherEngines(name: string, title: string, where: typeof KEPT | typeof PASSED): Claim {
  const work: Work = { ...askFor(where, "10k"), headers: { Host: HOST } };
  const contenders: Contender[] = [
    {
      name: "headgate",
      work,
      start: (bench) => onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url) }, bench),
    },
    { name: "nginx", work, start: startNginx },
    { name: "varnish", work, start: startVarnish },
    { name: "haproxy", work, start: startHaproxy },
  ];
  const comparisons = ["nginx", "varnish", "haproxy"].map((to) => ({ of: "headgate", to }));
  return { ...contest({ name, title, contenders, comparisons, roughly: true }), onlyInFull: true };
}
