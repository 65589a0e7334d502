// An edge may serve ten thousand sites: a request loads only its own. Also measures all of them requested in turn. That is more
// than an isolate keeps compiled, and more than real traffic does.
import path from "node:path";
import type { Claim } from "../claim.ts";
import type { Contender } from "../contender.ts";
import { contest } from "../contest.ts";
import { inMiniflare } from "../edges/in-miniflare.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, KEPT } from "../origin.ts";
import { HOST, manySites } from "../sites.ts";

const work = { ...askFor(KEPT, "10k"), headers: { Host: HOST } };
const script = path.join(import.meta.dirname, "../load/hosts-in-turn.lua");
/** Small, so that all ten thousand answers stay in memory. */
const inTurn = (hosts: number) => ({
  ...askFor(KEPT, "1k"),
  headers: { Host: HOST },
  different: hosts,
  script: { file: script, args: [String(hosts)] },
});

const nameOf = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "site" : "sites"}`;

const embedded = (count: number, asked: "one" | "in turn" = "one"): Contender => ({
  name: asked === "one" ? nameOf(count) : `${nameOf(count)}, in turn`,
  work: asked === "one" ? work : inTurn(count),
  onlyInFull: count === 100 || asked === "in turn",
  start: (bench) => onWorkerd({ worker: "headgate", sites: manySites(bench.origin.url, count) }, bench),
});

const inKv = (count: number): Contender => ({
  name: nameOf(count),
  work,
  startedOnce: true, // ten thousand writes to an emulated KV take a while
  start: (bench) =>
    inMiniflare({ worker: "headgate", sites: manySites(bench.origin.url, count), inKv: true }, bench),
});

const COMPARISONS = [
  { of: "100 sites", to: "1 site" },
  { of: "10,000 sites", to: "1 site" },
];

export const sites = contest({
  name: "sites",
  title: "10 KB hit in memory, one of many sites",
  contenders: [
    embedded(1),
    embedded(100),
    embedded(10_000),
    embedded(1, "in turn"),
    embedded(1_000, "in turn"),
    embedded(10_000, "in turn"),
  ],
  comparisons: [
    ...COMPARISONS,
    { of: "1,000 sites, in turn", to: "1 site, in turn" },
    { of: "10,000 sites, in turn", to: "1 site, in turn" },
  ],
});

export const sitesInKv: Claim = {
  ...contest({
    name: "sites-in-kv",
    title: "10 KB hit in memory, one of many sites in KV, in Miniflare",
    contenders: [inKv(1), inKv(100), inKv(10_000)],
    comparisons: COMPARISONS,
  }),
  onlyInFull: true,
};
