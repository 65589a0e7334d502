// The house keeps its shape: dependencies point one way, and pure files stay pure. (The rules: support/architecture.ts.)
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  ASYNC_EXCEPTIONS,
  breachesIn,
  circlesIn,
  FLOWS,
  type Sources,
  TIMER_EXCEPTIONS,
} from "./support/architecture.ts";
import { NO_SECRETS } from "./support/secret-comparisons.ts";

const ROOT = path.join(import.meta.dirname, "..");

function sourcesUnder(...folders: string[]): Sources {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file.replaceAll(path.sep, "/")}`),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")]));
}

describe("the architecture", () => {
  const sources = sourcesUnder("worker", "shared");

  it("holds in worker/ and shared/", () => {
    expect(breachesIn(sources)).toEqual([]);
  });

  it("has no circle anywhere else either", () => {
    expect(circlesIn(sourcesUnder("worker", "shared", "cli", "origin-mock", "bench"))).toEqual([]);
  });

  it("lists no flow and no exception that is gone", () => {
    const isThere = (place: string) => Object.keys(sources).some((file) => file.startsWith(place));
    const exceptions = [
      ...Object.keys(ASYNC_EXCEPTIONS),
      ...Object.keys(TIMER_EXCEPTIONS),
      ...Object.keys(NO_SECRETS),
    ];
    expect([...FLOWS, ...exceptions].filter((place) => !isThere(place))).toEqual([]);
  });
});

describe("a planted breach is found", () => {
  const pure = "worker/routing/planted.ts";
  const flow = "worker/pipeline.ts";
  const planted: [what: string, file: string, text: string, breach: string][] = [
    ["an async function", pure, "export async function f() {}", "has an async function"],
    ["an async method", pure, "export class C { async f() {} }", "has an async function"],
    ["for await", pure, "export {}; for await (const x of y()) f(x);", "awaits"],
    ["a promise made by hand", pure, "export const p = () => Promise.resolve(1);", "makes a Promise"],
    ["an import while it runs", pure, 'export const f = () => import("hono");', "imports while it runs"],
    ["the clock", pure, "export const f = () => Date.now();", "reads the clock (Date.now)"],
    [
      "the clock, spelt otherwise",
      pure,
      "export const f = () => +new Date();",
      "reads the clock (new Date())",
    ],
    ["dice", pure, "export const f = () => Math.random();", "throws dice (Math.random)"],
    ["the network", pure, "export const f = () => fetch(url);", "reaches for fetch"],
    ["the platform's cache", pure, "export const f = () => caches.default;", "reaches for caches"],
    ["the log", pure, "console.log(1);", "reaches for console"],
    ["a timer", pure, "export const timer = setTimeout(f, 1);", "reaches for setTimeout"],
    ["WebCrypto", pure, "export const f = () => crypto.randomUUID();", "reaches for crypto"],
    ["the global object", pure, "export const f = () => globalThis.fetch;", "reaches for globalThis"],
    ["the world behind a cast", pure, "export const f = () => (fetch as any)(url);", "reaches for fetch"],
    ["the network in a shared file", "shared/planted.ts", "fetch(url);", "reaches for fetch"],
    ["the clock in a flow", flow, "export const f = async () => Date.now();", "reads the clock (Date.now)"],
    ["a variable of the module", pure, "let count = 0;", "keeps module state (let)"],
    ["an exported variable", pure, "export let count = 0;", "keeps module state (let)"],
    [
      "a map that the module fills",
      pure,
      "const seen = new Map<string, number>(); export const f = (id: string) => void seen.set(id, 1);",
      "keeps module state (changes seen)",
    ],
    [
      "an object that the module fills",
      pure,
      "const seen: Record<string, number> = {}; export function f(id: string) { seen[id] = 1; }",
      "keeps module state (changes seen)",
    ],
    [
      "a file nobody knows",
      "worker/helpers/planted.ts",
      "",
      "stands in no known place: a stage's folder, adapters/, or the list of flows",
    ],
    [
      "a pure file that imports a flow",
      pure,
      'import { send } from "../balancing/send.ts";',
      "pure imports flow (worker/balancing/send.ts)",
    ],
    [
      "a pure file that imports an adapter",
      pure,
      'import { consoleLog } from "../adapters/console-log.ts";',
      "pure imports adapter (worker/adapters/console-log.ts)",
    ],
    [
      "an adapter's type in a pure file",
      pure,
      'import type { Env } from "../adapters/env.ts";',
      "pure imports adapter (worker/adapters/env.ts)",
    ],
    [
      "an adapter's type without an import",
      pure,
      'export type E = import("../adapters/env.ts").Env;',
      "pure imports adapter (worker/adapters/env.ts)",
    ],
    [
      "an adapter in a flow",
      flow,
      'export { consoleLog } from "./adapters/console-log.ts";',
      "flow imports adapter (worker/adapters/console-log.ts)",
    ],
    [
      "a store in a flow",
      "worker/caching/flow/planted.ts",
      "export const f = (ports: Ports) => ports.store.get(key);",
      "touches the store past the stockroom",
    ],
    [
      "a store taken out of the ports",
      "worker/caching/slices/planted.ts",
      "export const f = ({ store }: Ports) => store.delete(key);",
      "touches the store past the stockroom",
    ],
    [
      "a flow in an adapter",
      "worker/adapters/planted.ts",
      'import { serve } from "../pipeline.ts";',
      "adapter imports flow (worker/pipeline.ts)",
    ],
    [
      "a timer in an adapter that nothing calls off",
      "worker/adapters/planted.ts",
      "export const f = (act: () => void) => new Promise(() => setTimeout(act, 5_000));",
      "starts a timer that nothing calls off (setTimeout)",
    ],
    [
      "a time-out in a flow that nothing calls off",
      flow,
      "export const f = ({ after }: Ports, act: () => void) => { after(5_000, act); };",
      "starts a timer that nothing calls off (after)",
    ],
    [
      "a time-out of the ports that nothing calls off",
      flow,
      "export const f = (ports: Ports, act: () => void) => void ports.after(5_000, act);",
      "starts a timer that nothing calls off (after)",
    ],
    [
      "a signature that is compared",
      "worker/purging/planted.ts",
      "export const f = (right: string, { signature }: Claimed) => right === signature;",
      "compares a secret by ===",
    ],
    [
      "a code that was just computed",
      "worker/admission/flow/planted.ts",
      "export const f = async ({ signing }: Ports, given: string) => { const own = await signing.mac(a, b); return own !== given; };",
      "compares a secret by !==",
    ],
    [
      "the hash of a token",
      "shared/admin/planted.ts",
      "export const f = (known: Token[], found: string) => known.find((one) => one.sha256 === found);",
      "compares a secret by ===",
    ],
    [
      "a secret of the edge, behind a cast",
      "worker/admission/planted.ts",
      "export const f = (secrets: Secrets, value: string) => (secrets(site, name, 'key') as string) == value;",
      "compares a secret by ==",
    ],
    [
      "a seal that is looked for in a list",
      "worker/balancing/planted.ts",
      "export const f = (known: string[], pin: Pin) => known.includes(pin.seal);",
      "compares a secret by includes()",
    ],
    [
      "the shell in a flow",
      flow,
      'import { createApp } from "./app.ts";',
      "flow imports shell (worker/app.ts)",
    ],
    [
      "a value in ports.ts",
      "worker/ports.ts",
      'import { SiteShelf } from "./routing/site-shelf.ts";',
      "ports imports pure (worker/routing/site-shelf.ts)",
    ],
    [
      "a shared file that imports the Worker",
      "shared/planted.ts",
      'import type { Asked } from "../worker/message.ts";',
      "shared imports pure (worker/message.ts)",
    ],
    [
      "the platform in a pure file",
      pure,
      'import { env } from "cloudflare:workers";',
      "pure imports the platform (cloudflare:workers)",
    ],
    [
      "the command line in the Worker",
      pure,
      'import { f } from "../../cli/main.ts";',
      "imports cli/main.ts, which is outside worker/ and shared/",
    ],
  ];

  it.each(planted)("%s", (_what, file, text, breach) => {
    expect(breachesIn({ [file]: text })).toEqual([{ file, breach }]);
  });

  it("but not a secret of which only its presence, kind or length is asked", () => {
    const text = `export const f = (token: string | undefined, hash: Hash, secret: string) =>
      token !== undefined && typeof token === "string" && hash.kind === "apr1" && secret.length === other.length && isSame(token, secret);`;
    expect(breachesIn({ "worker/admission/planted.ts": text })).toEqual([]);
  });

  it("a circle of types", () => {
    const circle = {
      "worker/routing/a.ts": 'import type { B } from "./b.ts"; export interface A { b: B }',
      "worker/routing/b.ts": 'import { type A } from "./a.ts"; export interface B { a: A }',
    };
    expect(breachesIn(circle)).toEqual([
      {
        file: "worker/routing/a.ts",
        breach: "imports itself in a circle: worker/routing/a.ts → worker/routing/b.ts → worker/routing/a.ts",
      },
    ]);
  });

  it("a circle of values, told once with its way", () => {
    const circle = {
      "worker/routing/a.ts": 'import { b } from "../caching/b.ts";',
      "worker/caching/b.ts": 'import { c } from "./c.ts";',
      "worker/caching/c.ts": 'export * from "../routing/a.ts";',
    };
    expect(breachesIn(circle)).toEqual([
      {
        file: "worker/routing/a.ts",
        breach:
          "imports itself in a circle: worker/routing/a.ts → worker/caching/b.ts → worker/caching/c.ts → worker/routing/a.ts",
      },
    ]);
  });
});

describe("what the rules allow is left alone", () => {
  const allowed: [what: string, sources: Sources][] = [
    [
      "a flow that awaits a port",
      {
        "worker/caching/stockroom.ts":
          "export const f = async (ports: Ports) => ports.now() + (await ports.store.get(k));",
      },
    ],
    [
      "a port's method that is called fetch",
      { "worker/routing/a.ts": "export const f = (ports: Ports) => ports.origins.fetch;" },
    ],
    [
      "a collection filled within one call",
      { "worker/routing/a.ts": "export function f() { const seen = new Set(); seen.add(1); return seen; }" },
    ],
    [
      "the word Promise in a type",
      { "worker/routing/a.ts": "export interface P { now(): Promise<number> }" },
    ],
    [
      "a date made from a number",
      { "worker/routing/a.ts": "export const f = (now: number) => new Date(now);" },
    ],
    [
      "a collection that nobody changes",
      {
        "worker/routing/a.ts":
          'const NAMES = new Set(["a"]); const NONE: readonly string[] = []; export const has = (n: string) => NAMES.has(n);',
      },
    ],
    [
      "a timer that can be called off",
      {
        "worker/adapters/a.ts":
          "export const f = (act: () => void) => { const timer = setTimeout(act, 1); return () => clearTimeout(timer); };",
        "worker/pipeline.ts":
          "export const f = (ports: Ports, act: () => void) => { const off = ports.after(1, act); off(); };",
      },
    ],
    ["the clock in an adapter", { "worker/adapters/clock.ts": "export const now = () => Date.now();" }],
    [
      "WebCrypto in the fingerprint",
      { "shared/site/fingerprint.ts": "export async function f() { await crypto.subtle.digest(a, b); }" },
    ],
  ];

  it.each(allowed)("%s", (_what, sources) => {
    expect(breachesIn(sources)).toEqual([]);
  });
});
