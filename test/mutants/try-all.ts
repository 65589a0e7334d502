// Tries every mutant: first which tests meet it and how long they take, then those tests, cheapest first, until one fails.
import type { Planned } from "./child.ts";
import { Child } from "./children.ts";
import { importsReader, reachedFrom, textOf, unitTests } from "./files.ts";
import { instrument, type Numbered } from "./instrument.ts";

export interface Mutant extends Numbered {
  readonly file: string;
}

export type Fate =
  | { readonly kind: "killed"; readonly by: string }
  /** It ran for ever, or took the process with it. */
  | { readonly kind: "hung" }
  | { readonly kind: "survived"; readonly met: boolean };

/** A test that takes longer is left out: a plain case should notice what a long property would. */
const SLOW_MS = 400;

/** Of what runs while the modules load, nobody knows which tests meet it: the nearest are asked, for so long in all. */
const NEAREST_MS = 3_000;
/** Generous: the machine may have other work. Most endless loops are ended from within. */
const HANGS_AFTER_MS = 30_000;

interface TimedTest extends Planned {
  readonly ms: number;
}

export async function tryAll(
  mutants: readonly Mutant[],
  options: { processes: number; say: (line: string) => void; fateOf: (mutant: Mutant, fate: Fate) => void },
): Promise<void> {
  const byFile = [...Map.groupBy(mutants, ({ file }) => file)];
  const files = byFile.map(([file]) => file);
  const importsOf = importsReader();
  const related = unitTests()
    .map((testFile) => ({ testFile, distances: reachedFrom(testFile, importsOf) }))
    .filter(({ distances }) => files.some((file) => distances.has(file)));
  const reached = new Set(related.flatMap(({ distances }) => [...distances.keys()]));
  const reach = [...reached].map((file) => ({ file, all: reachedFrom(file, importsOf) }));
  const code = {
    instrumented: Object.fromEntries(byFile.map(([file, those]) => [file, instrument(textOf(file), those)])),
    dependents: Object.fromEntries(
      files.map((file) => [file, reach.filter(({ all }) => all.has(file)).map((one) => one.file)]),
    ),
  };
  const children = Array.from({ length: options.processes }, () => new Child(code));
  try {
    const { meets, whileLoading, quick } = await measureAll(children, related, options.say);
    await inTurns(children, mutants, async (child, mutant) => {
      const met = (meets.get(mutant.id) ?? []).toSorted((a, b) => a.ms - b.ms);
      const isMetWhileLoading = whileLoading.has(mutant.id);
      const attempt = async (fresh: boolean, tests: readonly TimedTest[]): Promise<Fate> => {
        const survived = { kind: "survived", met: isMetWhileLoading || met.length > 0 } as const;
        if (tests.length === 0) return survived;
        const order = { kind: "try", id: mutant.id, file: mutant.file, fresh, tests } as const;
        const answer = await child.try(order, HANGS_AFTER_MS);
        if (!answer) return { kind: "hung" };
        return answer.killedBy === null ? survived : { kind: "killed", by: answer.killedBy };
      };
      let fate = isMetWhileLoading
        ? await attempt(true, nearest(mutant.file, quick))
        : await attempt(false, met);
      // What a module remembers may have hidden it: once more with modules that remember nothing.
      if (fate.kind === "survived" && !isMetWhileLoading) fate = await attempt(true, met);
      options.fateOf(mutant, fate);
    });
  } finally {
    for (const child of children) child.end();
  }
}

function nearest(file: string, quick: readonly TestFile[]): TimedTest[] {
  const near = quick
    .filter(({ distances }) => distances.has(file))
    .toSorted((a, b) => (a.distances.get(file) ?? 0) - (b.distances.get(file) ?? 0) || a.ms - b.ms)
    .flatMap(({ tests }) => tests);
  let left = NEAREST_MS;
  return near.filter(({ ms }) => {
    left -= ms;
    return left > 0;
  });
}

interface Related {
  readonly testFile: string;
  /** How many imports away each file is. */
  readonly distances: ReadonlyMap<string, number>;
}

interface TestFile extends Related {
  readonly tests: readonly TimedTest[];
  readonly ms: number;
}

async function measureAll(
  children: readonly Child[],
  related: readonly Related[],
  say: (line: string) => void,
) {
  const meets = new Map<number, TimedTest[]>();
  const whileLoading = new Set<number>();
  const quick: TestFile[] = [];
  let slow = 0;
  await inTurns(children, related, async (child, { testFile, distances }) => {
    const measured = await child.measure(testFile);
    for (const id of measured?.whileLoading ?? []) whileLoading.add(id);
    if (!measured?.tests) return say(`left out: ${testFile} needs vitest's own runner`);
    const tests: TimedTest[] = [];
    for (const [number, { ms, mutants, passes }] of measured.tests.entries()) {
      if (!passes) say(`left out: test ${number + 1} of ${testFile} fails here without any mutant`);
      else if (ms > SLOW_MS) slow++;
      else {
        const test = { testFile, number, ms };
        tests.push(test);
        for (const id of mutants) meets.set(id, [...(meets.get(id) ?? []), test]);
      }
    }
    quick.push({ testFile, distances, tests, ms: tests.reduce((sum, test) => sum + test.ms, 0) });
  });
  const count = quick.reduce((sum, { tests }) => sum + tests.length, 0);
  say(`${count} tests in ${quick.length} files; ${slow} that take longer than ${SLOW_MS} ms are left out`);
  return { meets, whileLoading, quick };
}

/** Each child takes the next one when it is done with its last. */
async function inTurns<Work>(
  children: readonly Child[],
  all: readonly Work[],
  act: (child: Child, work: Work) => Promise<void>,
): Promise<void> {
  const waiting = all.values();
  await Promise.all(
    children.map(async (child) => {
      for (const work of waiting) await act(child, work);
    }),
  );
}
