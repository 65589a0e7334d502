// Passing a request on costs little more than `fetch`, and less than with other proxies for Workers.
import type { Claim } from "../claim.ts";
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, type FileName, PASSED } from "../origin.ts";
import { AS_RUN, HOST, oneSite } from "../sites.ts";

export const pass10k = passThrough("pass-10k", "Pass-through of 10 KB", "10k");
export const pass1m = passThrough("pass-1m", "Pass-through of 1 MB", "1m");

function passThrough(name: string, title: string, file: FileName): Claim {
  const work = { ...askFor(PASSED, file), headers: { Host: HOST } };
  const warmUpWork = { ...askFor(PASSED, "10k"), headers: { Host: HOST } };
  return contest({
    name,
    title,
    contenders: [
      {
        name: "headgate",
        work,
        warmUpWork,
        start: (bench) => onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url) }, bench),
      },
      {
        name: "headgate, as run",
        work,
        warmUpWork,
        onlyInFull: file === "1m",
        start: (bench) => onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url, AS_RUN) }, bench),
      },
      { name: "bare fetch", work, warmUpWork, start: (bench) => onWorkerd({ worker: "bare-fetch" }, bench) },
      {
        name: "minimal proxy",
        work,
        warmUpWork,
        onlyInFull: file === "1m",
        start: (bench) => onWorkerd({ worker: "minimal-proxy" }, bench),
      },
      { name: "reflare", work, warmUpWork, start: (bench) => onWorkerd({ worker: "reflare" }, bench) },
      {
        name: "hono proxy",
        work,
        warmUpWork,
        onlyInFull: true,
        start: (bench) => onWorkerd({ worker: "hono-proxy" }, bench),
      },
    ],
    comparisons: [
      { of: "headgate", to: "bare fetch" },
      { of: "headgate", to: "minimal proxy" },
      { of: "headgate", to: "reflare" },
      { of: "headgate", to: "hono proxy" },
      { of: "headgate, as run", to: "minimal proxy" },
      { of: "headgate, as run", to: "reflare" },
      // How close to the bars a proxy can get that does only what it must.
      { of: "minimal proxy", to: "bare fetch" },
      { of: "minimal proxy", to: "reflare" },
    ],
  });
}
