// A site may have ten thousand routes. Measured on memory hits, where matching is the largest cost.
import type { Contender } from "../contender.ts";
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, KEPT } from "../origin.ts";
import { allPushed } from "../pushed.ts";
import { HOST, manyRoutes, oneSite } from "../sites.ts";

const work = { ...askFor(KEPT, "10k"), headers: { Host: HOST } };

const withRoutes = (count: number): Contender => ({
  name: `${count.toLocaleString("en")} routes`,
  work,
  onlyInFull: count === 1_000,
  start: async (bench) => {
    const sites = await allPushed(oneSite(bench.origin.url, { routes: manyRoutes(count) }));
    return onWorkerd({ worker: "headgate", sites }, bench);
  },
});

export const routes = contest({
  name: "routes",
  title: "10 KB hit in memory, by the last of many routes",
  contenders: [withRoutes(10), withRoutes(1_000), withRoutes(10_000)],
  comparisons: [
    { of: "1,000 routes", to: "10 routes" },
    { of: "10,000 routes", to: "10 routes" },
  ],
});
