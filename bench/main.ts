// `npm run bench`: how fast is Headgate compared with its peers, and which of its bars does it clear? CI times nothing.
// docs/performance.md explains the numbers.
import { BARS } from "./bars.ts";
import { CLAIMS } from "./claims/all.ts";
import { howToGet, install, missing } from "./machine/tools.ts";
import { isRecorded, type Options, readOptions } from "./options.ts";
import { moves, movesText } from "./report/compare.ts";
import { progressOn } from "./report/progress.ts";
import { add, draw, latest, record } from "./report/record.ts";
import { claimText, standingsText } from "./report/terminal.ts";
import { runClaims } from "./run-claims.ts";
import { runMain } from "./run-main.ts";
import { standings } from "./standing.ts";

const ROUNDS = 2;
const ROUNDS_IN_QUICK = 1;

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(
    argv,
    CLAIMS.map(({ name }) => name),
  );
  if (options.list) {
    for (const { name, title } of CLAIMS) console.log(`${name.padEnd(20)}${title}`);
    return 0;
  }
  if (options.redraw) {
    await draw(await latest());
    return 0;
  }
  const before = options.compare ? await latest() : undefined;
  if (process.platform !== "linux") throw new Error("only on Linux: what a process uses is read from /proc");
  if (options.install) install(missing());
  const needed = missing().filter((tool) => tool.needed);
  if (needed.length > 0) throw new Error(howToGet(needed));

  const say = options.json ? () => {} : (text: string) => void process.stdout.write(`${text}\n`);
  const result = await runClaims({
    claims: claimsFor(options),
    quick: options.quick,
    rounds: options.rounds ?? (options.quick ? ROUNDS_IN_QUICK : ROUNDS),
    progress: progressOn(process.stderr),
    onResult: (claim) => say(claimText(claim)),
  });
  const standing = standings(result, BARS).filter(({ verdict }) => verdict !== "not measured");
  if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  say(`The bars\n${standingsText(standing)}`);
  if (before) say(`Against the run of ${before.at.slice(0, 10)}\n${movesText(moves(before, result))}`);
  if (isRecorded(options)) {
    await record(result);
    say("Recorded in bench/results/ and docs/performance.md.");
  }
  if (options.add) {
    await add(
      result,
      CLAIMS.map(({ name }) => name),
    );
    say("Added to bench/results/latest.json and docs/performance.md.");
  }
  return options.strict && standing.some(({ verdict }) => verdict === "miss") ? 1 : 0;
}

/** A claim that is named runs even in a quick run. */
const claimsFor = ({ only, quick }: Options) =>
  CLAIMS.filter(({ name, onlyInFull }) => (only ? only.includes(name) : !(quick && onlyInFull)));

await runMain(main);
