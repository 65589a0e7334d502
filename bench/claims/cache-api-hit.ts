// A hit in the Cache API costs little more than the Cache API itself; with the memory tier above it, a fraction. All of it runs
// in Miniflare, which emulates the Cache API: the ratios show what Headgate adds, not how fast Cloudflare is.
import { contest } from "../contest.ts";
import { inMiniflare } from "../edges/in-miniflare.ts";
import { askFor, KEPT } from "../origin.ts";
import { HOST, oneSite } from "../sites.ts";

const work = { ...askFor(KEPT, "10k"), headers: { Host: HOST } };

export const cacheApiHit = contest({
  name: "cache-api-hit",
  title: "10 KB hit in the Cache API, in Miniflare",
  contenders: [
    {
      name: "headgate",
      work,
      start: (bench) => inMiniflare({ worker: "headgate", sites: oneSite(bench.origin.url) }, bench),
    },
    {
      name: "headgate, no memory tier",
      work,
      start: (bench) =>
        inMiniflare(
          {
            worker: "headgate",
            sites: oneSite(bench.origin.url),
            vars: { HEADGATE_CACHE_MEMORY: "0B" },
          },
          bench,
        ),
    },
    { name: "caches.default", work, start: (bench) => inMiniflare({ worker: "cache-api" }, bench) },
  ],
  comparisons: [
    { of: "headgate", to: "caches.default" },
    { of: "headgate, no memory tier", to: "caches.default" },
  ],
});
