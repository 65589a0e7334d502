// How much noise is in a ratio? The same Worker is compared with itself. Smaller differences than these mean nothing.
import type { Bench } from "../bench.ts";
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, KEPT } from "../origin.ts";
import { HOST, oneSite } from "../sites.ts";

const twin = (name: string) => ({
  name,
  work: { ...askFor(KEPT, "10k"), headers: { Host: HOST } },
  start: (bench: Bench) => onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url) }, bench),
});

export const noise = contest({
  name: "noise",
  title: "10 KB hit in memory, the same Worker twice",
  contenders: [twin("headgate"), twin("its twin")],
  comparisons: [{ of: "its twin", to: "headgate" }],
});
