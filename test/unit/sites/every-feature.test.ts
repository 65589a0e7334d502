// Each key of a site file is used by an example, which the tests check and run: who looks for a feature finds it at work.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { siteSchema } from "../../../shared/site/schema.ts";

const SITES = path.join(import.meta.dirname, "../../../sites");

type Shown = Record<string, unknown>;

const sites: Shown[] = [
  "demo.yaml",
  ...readdirSync(path.join(SITES, "examples")).map((name) => `examples/${name}`),
]
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => parse(readFileSync(path.join(SITES, name), "utf8")) as Shown);

const under = (key: string, all: readonly Shown[]): Shown[] =>
  all.flatMap((one) => {
    const value = one[key];
    return typeof value === "object" && value !== null ? (Array.isArray(value) ? value : [value]) : [];
  }) as Shown[];

const pools = under("pools", sites).flatMap((named) => Object.values(named)) as Shown[];
const routes = under("routes", sites);
const keysIn = (all: readonly Shown[]) => new Set(all.flatMap(Object.keys));
const shapeOf = (schema: unknown): string[] => Object.keys((schema as { shape: object }).shape);
/** Of what a list or a record holds. */
const elementOf = (schema: unknown) => {
  const inner = (schema as { def: { innerType?: unknown; element?: unknown; valueType?: unknown } }).def;
  return inner.element ?? inner.valueType;
};
const withoutDefault = (schema: unknown) => {
  const { def } = schema as { def: { innerType?: unknown } };
  return def.innerType ?? schema;
};

const { shape } = siteSchema;
const poolSchema = elementOf(withoutDefault(shape.pools));
const originSchema = elementOf((poolSchema as { shape: { origins: unknown } }).shape.origins);

/** What no example may show, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  $schema: "editors find the schema by the first line",
};

describe("the examples show each key", () => {
  it.each([
    ["of a site", Object.keys(shape), keysIn(sites)],
    ["of a route", shapeOf(elementOf(shape.routes)), keysIn(routes)],
    ["of a pool", shapeOf(poolSchema), keysIn(pools)],
    ["of an origin", shapeOf(originSchema), keysIn(under("origins", pools))],
    [
      "of auth",
      ["basic", "key", "jwt", "access", "signed", "forward", "oidc"],
      keysIn([...under("auth", sites), ...under("auth", routes)]),
    ],
    [
      "of files",
      ["folder", "spa", "else", "notFound", "cleanUrls", "immutable"],
      keysIn(under("files", routes)),
    ],
  ])("%s", (_where, asked, shown) => {
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((key) => !shown.has(key) && !(key in LEFT_OUT))).toEqual([]);
  });
});
