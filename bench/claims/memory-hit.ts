// A hit in the isolate's memory costs little more than a hand-written Map for one page.
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, KEPT } from "../origin.ts";
import { AS_RUN, HOST, oneSite } from "../sites.ts";

const work = { ...askFor(KEPT, "10k"), headers: { Host: HOST } };

export const memoryHit = contest({
  name: "memory-hit",
  title: "10 KB hit in memory",
  contenders: [
    {
      name: "headgate",
      work,
      start: (bench) => onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url) }, bench),
    },
    {
      name: "headgate, as run",
      work,
      start: (bench) => onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url, AS_RUN) }, bench),
    },
    { name: "map", work, start: (bench) => onWorkerd({ worker: "map" }, bench) },
    {
      name: "hello",
      onlyInFull: true,
      work: { ...work, bytes: "hello".length },
      start: (bench) => onWorkerd({ worker: "hello" }, bench),
    },
  ],
  comparisons: [
    { of: "headgate", to: "map" },
    { of: "headgate, as run", to: "map" },
    { of: "headgate, as run", to: "headgate" },
    { of: "headgate", to: "hello" },
  ],
});
