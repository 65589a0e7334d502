// A process that stays warm: it loads unit tests and the instrumented code once, and then tries mutants by number. One that
// hangs is ended from outside, and counts as killed.

import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import fc from "fast-check";
import type { Gathered } from "./vitest-lookalike.ts";

export type Order =
  | { readonly kind: "load"; readonly code: Code }
  | { readonly kind: "measure"; readonly testFile: string }
  | Trying;

export interface Code {
  /** Each file with its mutants. */
  readonly instrumented: Readonly<Record<string, string>>;
  /** Which files are others once this one is: itself, and whoever imports it. */
  readonly dependents: Readonly<Record<string, readonly string[]>>;
}

export interface Trying {
  readonly kind: "try";
  readonly id: number;
  readonly file: string;
  /** Whether what runs while modules load has to run again, with the mutant. */
  readonly fresh: boolean;
  readonly tests: readonly Planned[];
}

export interface Planned {
  readonly testFile: string;
  /** Its place in the file. */
  readonly number: number;
}

export interface Measured {
  /** Null where it cannot be used without vitest's own runner. */
  readonly tests: readonly MeasuredTest[] | null;
  /** The mutants that are met while the modules load. */
  readonly whileLoading: readonly number[];
}

export interface MeasuredTest {
  readonly ms: number;
  readonly mutants: readonly number[];
  readonly passes: boolean;
}

export interface Tried {
  /** The test that noticed. */
  readonly killedBy: string | null;
}

const ROOT = path.join(import.meta.dirname, "../..");
const LOOKALIKE = new URL("./vitest-lookalike.ts", import.meta.url).href;
const { takeGathered } = (await import(LOOKALIKE)) as typeof import("./vitest-lookalike.ts");
/** A test whose promise never settles has noticed something. */
const TEST_TIMEOUT_MS = 2_000;

// The same cases each time; and the first that fails is enough.
fc.configureGlobal({ seed: 1, endOnFailure: true });
process.on("unhandledRejection", () => {});

/** What one test may ask for: a loop that a mutant made endless ends here, unless it holds no other mutant. */
const MAX_CALLS = 20_000_000;
let calls = 0;
let alive = -1;
let met: Set<number> | null = null;
Object.assign(globalThis, {
  $mutant(id: number): boolean {
    if (calls++ > MAX_CALLS) throw new Error("goes on and on");
    met?.add(id);
    return id === alive;
  },
});

/** Modules are loaded anew under another number: what ran while they loaded runs again. */
interface Generation {
  readonly number: number;
  readonly loaded: Map<string, Gathered[]>;
  /** Null: all of them. Others are taken from the warm generation. */
  readonly files: ReadonlySet<string> | null;
}
let numbers = 0;
const aGeneration = (files: ReadonlySet<string> | null): Generation => ({
  number: numbers++,
  loaded: new Map(),
  files,
});
let warm = aGeneration(null);
let generation = warm;
let { instrumented, dependents }: Code = { instrumented: {}, dependents: {} };
const plain = new Map<string, string>();

registerHooks({
  resolve(specifier, context, next) {
    const own = context.parentURL?.includes("?generation=");
    if (own && specifier === "vitest") return { url: LOOKALIKE, shortCircuit: true };
    const resolved = next(specifier, context);
    if (!own || !/^file:.*(?<!node_modules.*)\.ts$/.test(resolved.url)) return resolved;
    const isIn = generation.files?.has(fileOf(resolved.url)) ?? true;
    const { number } = isIn ? generation : warm;
    return { ...resolved, url: `${resolved.url}?generation=${number}`, shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.includes("?generation=")) return next(url, context);
    const file = fileOf(url);
    const source =
      plain.get(file) ??
      stripTypeScriptTypes(instrumented[file] ?? readFileSync(path.join(ROOT, file), "utf8"));
    plain.set(file, source);
    return { format: "module", source, shortCircuit: true };
  },
});

function fileOf(url: string): string {
  return path.relative(ROOT, fileURLToPath(url.replace(/\?.*/, ""))).replaceAll(path.sep, "/");
}

async function testsOf(testFile: string): Promise<Gathered[]> {
  const { loaded, number } = generation;
  const known = loaded.get(testFile);
  if (known) return known;
  calls = 0;
  takeGathered();
  await import(`${pathToFileURL(path.join(ROOT, testFile)).href}?generation=${number}`);
  const tests = takeGathered();
  loaded.set(testFile, tests);
  return tests;
}

async function passes(test: Gathered): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  calls = 0;
  try {
    const running = test.run();
    if (running instanceof Promise) {
      const late = new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error("takes too long")), TEST_TIMEOUT_MS);
      });
      await Promise.race([running, late]);
    }
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function measure(testFile: string): Promise<Measured> {
  const whileLoading = new Set<number>();
  met = whileLoading;
  let tests: Gathered[];
  try {
    tests = await testsOf(testFile);
  } catch {
    return { tests: null, whileLoading: [...whileLoading] };
  }
  const measured: MeasuredTest[] = [];
  for (const test of tests) {
    const mutants = new Set<number>();
    met = mutants;
    const before = process.cpuUsage(); // the clock would tell of the machine's other work too
    const good = await passes(test);
    const { user, system } = process.cpuUsage(before);
    measured.push({ ms: (user + system) / 1_000, mutants: [...mutants], passes: good });
  }
  met = null;
  return { tests: measured, whileLoading: [...whileLoading] };
}

async function tryMutant({ id, file, fresh, tests: planned }: Trying): Promise<Tried> {
  generation = fresh ? aGeneration(new Set(dependents[file])) : warm;
  try {
    for (const { testFile, number } of planned) {
      alive = fresh ? id : -1;
      let test: Gathered | undefined;
      try {
        test = (await testsOf(testFile))[number];
      } catch {
        return { killedBy: `${testFile} does not load` };
      }
      alive = id;
      if (!test || (await passes(test))) continue;
      alive = -1;
      // What a mutant left behind in a module must not kill the next.
      if (!fresh && !(await passes(test))) warm = aGeneration(null);
      return { killedBy: `${testFile} > ${test.name}` };
    }
    return { killedBy: null };
  } finally {
    alive = -1;
    generation = warm;
  }
}

process.on("message", async (order: Order) => {
  if (order.kind === "load") ({ instrumented, dependents } = order.code);
  else if (order.kind === "measure") process.send?.(await measure(order.testFile));
  else process.send?.(await tryMutant(order));
});
