// What the unit tests use of vitest, without its runner: tests are only gathered here, and a mutant's run calls them one by
// one in a process that stays warm. `expect` is vitest's own.
import { format } from "node:util";

export { chai, expect, vi } from "vitest";

export interface Gathered {
  readonly name: string;
  readonly run: () => unknown;
}

let gathered: Gathered[] = [];
let path: string[] = [];

export function takeGathered(): Gathered[] {
  const taken = gathered;
  gathered = [];
  path = [];
  return taken;
}

type Body = (...row: unknown[]) => unknown;
/** Options may stand between the name and the body. */
type Rest = readonly [Body] | readonly [options: unknown, body: Body];

const bodyOf = (rest: Rest): Body => (rest.length === 1 ? rest[0] : rest[1]);
const rowsOf = (table: readonly unknown[]): unknown[][] =>
  table.map((row) => (Array.isArray(row) ? row : [row]));
const named = (name: string, row: readonly unknown[]): string =>
  name.includes("%") ? format(name, ...row) : name;

const group = (name: string, ...rest: Rest): void => {
  path.push(name);
  bodyOf(rest)();
  path.pop();
};
const one = (name: string, ...rest: Rest): void => {
  gathered.push({ name: [...path, name].join(" > "), run: bodyOf(rest) });
};

const eachOf =
  (define: (name: string, body: Body) => void) =>
  (table: readonly unknown[]) =>
  (name: string, ...rest: Rest): void => {
    for (const row of rowsOf(table)) define(named(name, row), () => bodyOf(rest)(...row));
  };

export const describe = Object.assign(group, { each: eachOf(group) });
export const it = Object.assign(one, { each: eachOf(one) });
export const test = it;

/** Files that prepare something around their tests are about processes, not about pure code: they are left out. */
const prepares = () => {
  throw new Error("prepares something around its tests");
};
export const beforeAll = prepares;
export const afterAll = prepares;
export const beforeEach = prepares;
export const afterEach = prepares;
