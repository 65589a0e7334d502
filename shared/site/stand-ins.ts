// Replaces the broken parts of a file with stand-ins, so that faults between the other parts are reported in the same
// run. A stand-in keeps the name of the part, because others may refer to it.
import type { Problem } from "./problem.ts";
import { id } from "./scalars.ts";

export interface RepairedFile {
  readonly value: unknown;
  /** A problem reported for a stand-in is to be ignored. */
  isStandIn(problem: Problem): boolean;
}

type Keys = Readonly<Record<string, unknown>>;

const NOWHERE = "http://stand-in.invalid/";

/** Undefined if too much is broken to say anything about the rest. */
export function withStandIns(file: unknown, problems: readonly Problem[]): RepairedFile | undefined {
  if (!isKeys(file) || problems.some(isFundamental)) return undefined;
  const broken = new Set(problems.map(partOf));
  const value: Record<string, unknown> = {
    ...file,
    routes: asList(file.routes).map((route, index) =>
      broken.has(`routes/${index}`) ? routeLike(route, index) : route,
    ),
    tests: asList(file.tests).map((test, index) => (broken.has(`tests/${index}`) ? ANY_TEST : test)),
    pools: named(file.pools, (name, pool) => (broken.has(`pools/${name}`) ? poolLike(pool) : pool)),
    lists: named(file.lists, (name, list) => (broken.has(`lists/${name}`) ? { url: NOWHERE } : list)),
  };
  for (const part of broken) delete value[part];
  if (broken.has("hosts")) value.hosts = ["stand-in.invalid"];
  return { value, isStandIn: (problem) => broken.has(partOf(problem)) };
}

/** A list that other parts refer to is missing. */
const isFundamental = ({ keys = [] }: Problem): boolean => keys.length === 1 && REFERRED.has(String(keys[0]));

const REFERRED = new Set(["routes", "pools", "lists", "tests"]);

/** `routes/2`, `pools/web`, or another top-level key of the file. */
function partOf({ keys = [] }: Problem): string {
  const top = String(keys[0]);
  return REFERRED.has(top) ? `${top}/${String(keys[1])}` : top;
}

function routeLike(route: unknown, index: number): unknown {
  const named = isKeys(route) && id.safeParse(route.id).success;
  return { id: named ? route.id : `stand-in.${index}`, respond: {} };
}

function poolLike(pool: unknown): unknown {
  const origins = asList(isKeys(pool) ? pool.origins : undefined).filter(isKeys);
  const ids = origins.map((origin) => origin.id).filter((one) => id.safeParse(one).success);
  return { origins: (ids.length > 0 ? ids : ["stand-in"]).map((one) => ({ id: one, url: NOWHERE })) };
}

const named = (parts: unknown, replaced: (name: string, part: unknown) => unknown): Keys =>
  Object.fromEntries(
    Object.entries(isKeys(parts) ? parts : {}).map(([name, part]) => [name, replaced(name, part)]),
  );

const ANY_TEST = { request: { url: NOWHERE }, expect: { key: null } };

const isKeys = (value: unknown): value is Keys => typeof value === "object" && value !== null;

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
