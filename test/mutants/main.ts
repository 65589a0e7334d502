// npm run mutants -- [--file GLOB] [--sample N] [--seed S] [--list-survivors]
// Plants small faults in the pure files, one at a time, and tells which of them no unit test notices.
import { availableParallelism } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { seeded } from "../../bench/eviction/seeded.ts";
import { EXPLAINED, type Explained } from "./explained.ts";
import { pureFiles, textOf } from "./files.ts";
import { mutationsOf } from "./mutations.ts";
import { type Fate, type Mutant, tryAll } from "./try-all.ts";

const HOW_TO = `Plants small faults in the pure files, one at a time, and tells which of them no unit test notices.

  --file GLOB        only these files, such as "worker/caching/**" or "**/ranges.ts"; may be given more than once
  --sample N         only so many mutants, drawn at random
  --seed S           what the draw depends on (1)
  --list-survivors   each survivor with its place
  --processes N      how many are tried at a time (one for each core)
`;

const { values } = parseArgs({
  options: {
    file: { type: "string", multiple: true },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    "list-survivors": { type: "boolean" },
    processes: { type: "string", default: String(availableParallelism()) },
    help: { type: "boolean" },
  },
});
if (values.help) {
  process.stdout.write(HOW_TO);
  process.exit();
}

const globs = values.file;
const files = pureFiles().filter((file) => !globs || globs.some((glob) => path.matchesGlob(file, glob)));
const every = files.flatMap((file) => mutationsOf(textOf(file)).map((mutation) => ({ ...mutation, file })));
const mutants = drawn(every, Number(values.sample ?? every.length), Number(values.seed)).map(
  (mutation, id): Mutant => ({ ...mutation, id }),
);
console.log(`${mutants.length} of ${every.length} mutants in ${files.length} files`);

const started = Date.now();
const fates = new Map<Mutant, Fate>();
await tryAll(mutants, {
  processes: Number(values.processes),
  say: (line) => console.log(line),
  fateOf(mutant, fate) {
    fates.set(mutant, fate);
    if (fates.size % 100 === 0) console.log(`${fates.size} tried after ${seconds()} s`);
  },
});

const explained = mutants.filter((mutant) => fates.get(mutant)?.kind === "survived" && reasonOf(mutant));
const unexplained = mutants.filter((mutant) => fates.get(mutant)?.kind === "survived" && !reasonOf(mutant));
if (values["list-survivors"]) for (const mutant of unexplained) console.log(described(mutant));
const dead = mutants.filter((mutant) => fates.get(mutant)?.kind !== "survived" && reasonOf(mutant));
for (const mutant of dead) console.log(`explained as a survivor, but killed: ${described(mutant)}`);
console.log(table());
console.log(`${seconds()} s`);

function seconds(): number {
  return Math.round((Date.now() - started) / 1_000);
}

/** In the order of the files, so that those of one file stay together. */
function drawn<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const random = seeded(seed);
  const ranked = items.map((item, index) => ({ item, index, rank: random() }));
  const chosen = ranked.toSorted((a, b) => a.rank - b.rank).slice(0, count);
  return chosen.toSorted((a, b) => a.index - b.index).map(({ item }) => item);
}

function reasonOf({ file, line, change }: Mutant): Explained | undefined {
  const text = textOf(file).split("\n")[line - 1]?.trim();
  return EXPLAINED.find(
    (entry) => entry.file === path.basename(file) && entry.line === text && entry.change === change,
  );
}

function described(mutant: Mutant): string {
  const { file, line, change } = mutant;
  const fate = fates.get(mutant);
  const unmet = fate?.kind === "survived" && !fate.met ? "  (no test comes here)" : "";
  return `${file}:${line}  ${change}${unmet}`;
}

function table(): string {
  const rows = [...Map.groupBy(mutants, ({ file }) => path.dirname(file))].map(([folder, those]) =>
    row(folder, those),
  );
  rows.push(row("all", mutants));
  const head =
    "folder".padEnd(28) + ["killed", "hung", "explained", "survived", "total", "%"].map(cell).join("");
  return [head, ...rows].join("\n");
}

/** The share is of those that are not explained. */
function row(name: string, those: readonly Mutant[]): string {
  const count = (list: readonly Mutant[]) => list.filter((mutant) => those.includes(mutant)).length;
  const killed = those.filter((mutant) => fates.get(mutant)?.kind === "killed").length;
  const hung = those.filter((mutant) => fates.get(mutant)?.kind === "hung").length;
  const share = (100 * (killed + hung)) / Math.max(1, those.length - count(explained));
  const cells = [killed, hung, count(explained), count(unexplained), those.length, share.toFixed(1)];
  return name.padEnd(28) + cells.map(cell).join("");
}

function cell(value: string | number): string {
  return String(value).padStart(11);
}
