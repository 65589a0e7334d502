// Random histories of requests, changes and purges in two isolates over one store, with the whole pipeline. Once an isolate has seen the
// revision of a hard purge, it never answers with what an origin was asked for before the purge.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { tieredStore } from "../../../worker/adapters/tiered-store.ts";
import type { PurgeMode, PurgeTarget } from "../../../worker/keeping/purge-target.ts";
import { anIsolate, type Isolate, pushed } from "../../support/isolate.ts";
import { KeepersInProcess } from "../../support/keepers-in-process.ts";

const HOST = "shop.test";
const SITE = {
  hosts: [HOST],
  pools: { web: { origins: [{ id: "a", url: "https://o.test" }], retry: { attempts: 1 } } },
  routes: [{ id: "all", to: "web", cache: { staleIfError: "1h", staleWhileRevalidate: "1h" } }],
};
const texts = await pushed(SITE);

const PATHS = ["/a/1", "/a/2", "/ab", "/b"] as const;
type Path = (typeof PATHS)[number];
const TAGS: Record<Path, string> = { "/a/1": "one", "/a/2": "two", "/ab": "one", "/b": "three" };

type Step =
  | { readonly kind: "ask"; readonly isolate: 0 | 1; readonly path: Path; readonly lang: string }
  | { readonly kind: "purge"; readonly what: PurgeTarget; readonly mode: PurgeMode }
  /** The next request of the isolate finds the snapshot due. */
  | { readonly kind: "wait"; readonly ms: number }
  /** What the origin says to the next requests. */
  | { readonly kind: "origin"; readonly does: "answers" | "confirms" | "fails" };

const isolates = fc.constantFrom<0 | 1>(0, 1);
const paths = fc.constantFrom(...PATHS);
const targets = fc.oneof(
  fc.constant<PurgeTarget>({ by: "all" }),
  fc.constant<PurgeTarget>({ by: "host", host: HOST }),
  paths.map((path): PurgeTarget => ({ by: "url", key: `${HOST}${path}` })),
  fc.constantFrom("/", "/a", "/a/1").map((path): PurgeTarget => ({ by: "prefix", host: HOST, path })),
  fc.constantFrom("one", "two").map((tag): PurgeTarget => ({ by: "tag", tag })),
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("ask" as const),
      isolate: isolates,
      path: paths,
      lang: fc.constantFrom("de", "en"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("purge" as const),
      what: targets,
      mode: fc.constantFrom<PurgeMode>("hard", "soft"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 1_000, 4_000, 700_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("origin" as const),
      does: fc.constantFrom("answers" as const, "confirms" as const, "fails" as const),
    }),
  },
);

/** As the purges are meant. */
function covers(what: PurgeTarget, path: Path): boolean {
  switch (what.by) {
    case "all":
    case "host":
      return true;
    case "url":
      return what.key === `${HOST}${path}`;
    case "prefix":
      return what.path === "/" || path === what.path || path.startsWith(`${what.path}/`);
    case "tag":
      return TAGS[path] === what.tag;
  }
}

interface Purge {
  readonly what: PurgeTarget;
  readonly mode: PurgeMode;
  /** The number of the first page that is asked for after it. */
  readonly before: number;
}

class World {
  now = Date.UTC(2026, 10, 28);
  does: "answers" | "confirms" | "fails" = "answers";
  /** Pages are numbered in the order in which the origin was asked for them. */
  page = 0;
  readonly purges: Purge[] = [];
  /** How many purges each isolate knows for certain. */
  readonly seen = [0, 0];
  /** When the page was last confirmed by the origin: its number then. */
  readonly confirmed = new Map<number, number>();
  readonly keepers = new KeepersInProcess(() => this.now);
  readonly #isolates: readonly Isolate[];

  constructor() {
    const far = { ...memoryStore(1_000_000, { now: () => this.now }), isShared: true };
    this.#isolates = [0, 1].map(() => {
      const near = memoryStore(1_000_000, { now: () => this.now, forgetAfterMs: 5_000 });
      return anIsolate({
        texts,
        store: tieredStore(near, far),
        now: () => this.now,
        keepers: this.keepers,
        origin: async ({ url, headers }) => {
          const path = new URL(url).pathname as Path;
          if (this.does === "fails")
            return { status: 503, body: "fails", headers: { "cache-control": "no-store" } };
          const known = headers.get("if-none-match");
          const fields = { vary: "x-lang", "cache-tag": TAGS[path], "cache-control": "max-age=600" };
          this.page++;
          if (this.does === "confirms" && known !== null) {
            this.confirmed.set(Number(known.replaceAll('"', "")), this.page);
            return { status: 304, body: "", headers: { ...fields, etag: known } };
          }
          const body = String(this.page);
          return { body, headers: { ...fields, etag: `"${body}"` } };
        },
      });
    });
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "wait":
        this.now += step.ms;
        return;
      case "origin":
        this.does = step.does;
        return;
      case "purge": {
        const { what, mode } = step;
        this.purges.push({ what, mode, before: this.page + 1 });
        const applied = await this.keepers.apply(HOST, { kind: "purge", what, mode, overMs: 0 });
        expect(applied.ok).toBe(true);
        return;
      }
      case "ask":
        return this.#ask(step);
    }
  }

  async #ask({ isolate, path, lang }: Extract<Step, { kind: "ask" }>): Promise<void> {
    const known = this.seen[isolate] ?? 0;
    const answer = await this.#isolates[isolate]?.ask("GET", { "x-lang": lang }, path);
    // What is read behind a request is known to the next one.
    const hasRead = this.keepers.asked.some((asked) => !asked.startsWith("apply"));
    if (hasRead) this.seen[isolate] = this.purges.length;
    this.keepers.asked.length = 0;
    if (answer === "fails") return;
    const page = Number(answer);
    expect(page).toBeGreaterThan(0);
    const asOf = Math.max(page, this.confirmed.get(page) ?? 0);
    const violated = this.purges
      .slice(0, known)
      .find(({ what, mode, before }) => mode === "hard" && covers(what, path) && page < before);
    expect(violated, `page ${page} of ${path}`).toBeUndefined();
    if (this.does === "fails") return; // a soft purge leaves it for that
    const unconfirmed = this.purges
      .slice(0, known)
      .find(({ what, mode, before }) => mode === "soft" && covers(what, path) && asOf < before);
    expect(unconfirmed, `page ${page} of ${path}`).toBeUndefined();
  }
}

describe("two isolates of a data centre", () => {
  it("never answer with what is purged, once they know of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 60 }), async (history) => {
        const world = new World();
        for (const step of history) await world.take(step);
      }),
      { numRuns: 300 },
    );
  });

  it("go on with everything else", async () => {
    const world = new World();
    for (const path of PATHS) await world.take({ kind: "ask", isolate: 0, path, lang: "de" });
    await world.take({ kind: "purge", what: { by: "prefix", host: HOST, path: "/a" }, mode: "hard" });
    await world.take({ kind: "wait", ms: 4_000 });
    await world.take({ kind: "ask", isolate: 0, path: "/b", lang: "de" });
    const before = world.page;
    for (const path of PATHS) await world.take({ kind: "ask", isolate: 0, path, lang: "de" });
    expect(world.page - before).toBe(2);
  });
});
