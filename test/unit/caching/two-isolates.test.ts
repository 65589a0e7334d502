// Two isolates of a data centre over one store. It has no compare-and-set; what one of them has changed, an answer that the
// other is still waiting for does not bring back.
import { beforeEach, describe, expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import { storedEntries } from "../../../shared/site/stored.ts";
import { isolateHealth } from "../../../worker/adapters/isolate-health.ts";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { tieredStore } from "../../../worker/adapters/tiered-store.ts";
import { Flights } from "../../../worker/caching/flights.ts";
import type { Ports } from "../../../worker/isolate.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { serve } from "../../../worker/pipeline.ts";
import type { OriginRequest, Store } from "../../../worker/ports.ts";
import { SiteShelf } from "../../../worker/routing/site-shelf.ts";
import { asPushed } from "../../support/as-pushed.ts";
import { aGate, type Gate } from "../../support/gate.ts";

const SITE = {
  hosts: ["shop.test"],
  pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
  routes: [{ id: "all", to: "web" }],
};
const texts = new Map(
  storedEntries(SITE.hosts, await asPushed(JSON.stringify(SITE))).map(({ pattern, text }) => [pattern, text]),
);

let now = 0;
let far: Store;
/** In the order in which it is asked. */
let origin: (request: OriginRequest) => Promise<{ body: string; headers?: Record<string, string> }>;

beforeEach(() => {
  now = Date.now();
  far = { ...memoryStore(1_000_000, { now: () => now }), isShared: true };
});

function anIsolate() {
  const background: Promise<unknown>[] = [];
  const ports: Ports = {
    now: () => now,
    wait: () => Promise.resolve(),
    after: () => () => {},
    random: () => 0,
    newId: () => "0".repeat(32),
    digest: async (bytes) => new TextDecoder().decode(bytes),
    peerOf: () => ({ ip: "192.0.2.1", country: undefined }),
    sites: { read: async (pattern) => texts.get(pattern) },
    shelf: new SiteShelf({ refreshAfterMs: 1_000_000, expireAfterMs: 1_000_000 }),
    store: tieredStore(memoryStore(1_000_000, { now: () => now, forgetAfterMs: 5_000 }), far),
    flights: new Flights(),
    origins: {
      fetch: async (request) => {
        const { body, headers } = await origin(request);
        const fields = new Headers({ "cache-control": "max-age=600", ...headers });
        const reply = { status: 200, statusText: "", headers: fields, webSocket: null };
        return ok({ ...reply, body: new Blob([body]).stream() });
      },
    },
    health: isolateHealth(),
    afterAnswer: () => {},
    background: (work) => void background.push(work),
    log: { request: () => {}, warn: () => {} },
    metrics: null,
    snapshotOf: () => EMPTY_SNAPSHOT,
  };
  /** Reads the answer to its end, and waits for what goes on behind it. */
  async function ask(
    method = "GET",
    headers: Record<string, string> = {},
    target = "/page",
  ): Promise<string> {
    const init = { method, headers, ...(method === "QUERY" && { body: "question" }) };
    const reply = await serve(new Request(`https://shop.test${target}`, init), ports);
    const text = await new Response(reply.body as BodyInit | null).text();
    for (let work = background.pop(); work; work = background.pop()) await work;
    return text;
  }
  return { ask };
}

/** Once the near copies are forgotten. */
function lookedUpAgain(): void {
  now += 5_001;
}

describe("a change in one isolate", () => {
  let page: string;
  let held: Gate;
  let isAsked: Gate;

  /** The next request for a page is held until the gate opens, with what the page was when it was asked for. */
  function holdNext(): void {
    held = aGate();
    isAsked = aGate();
    let first = true;
    origin = async ({ method, headers }) => {
      if (method === "PUT") return { body: "done" };
      const lang = headers.get("x-lang") ?? "";
      const asItWas = page;
      if (first) {
        first = false;
        isAsked.open();
        await held.opened;
      }
      return { body: `${asItWas}${lang}`, headers: { vary: "x-lang" } };
    };
  }
  beforeEach(() => {
    page = "old";
    holdNext();
  });

  async function change(isolate: ReturnType<typeof anIsolate>): Promise<void> {
    now += 10;
    page = "new";
    expect(await isolate.ask("PUT")).toBe("done");
    now += 10;
  }

  for (const method of ["GET", "QUERY"]) {
    it(`is not undone by an answer that another was waiting for: ${method}`, async () => {
      const [one, other] = [anIsolate(), anIsolate()];
      const waiting = one.ask(method);
      await isAsked.opened;
      await change(other);
      held.open();
      expect(await waiting).toBe("old"); // it asked before the change
      lookedUpAgain();
      for (const isolate of [one, other, anIsolate()]) expect(await isolate.ask(method)).toBe("new");
    });
  }

  it("is not undone for a variant that has been stored anew meanwhile", async () => {
    const [one, other] = [anIsolate(), anIsolate()];
    const waiting = one.ask("GET", { "x-lang": "-de" });
    await isAsked.opened;
    await change(other);
    expect(await other.ask("GET", { "x-lang": "-de" })).toBe("new-de");
    held.open();
    expect(await waiting).toBe("old-de");
    lookedUpAgain();
    expect(await anIsolate().ask("GET", { "x-lang": "-de" })).toBe("new-de");
  });

  it("keeps nobody from storing what is asked for after it", async () => {
    const [one, other] = [anIsolate(), anIsolate()];
    held.open();
    await one.ask();
    await change(other);
    lookedUpAgain();
    expect(await one.ask()).toBe("new");
    page = "newer, but nobody said so";
    lookedUpAgain();
    expect(await other.ask()).toBe("new");
  });

  it("that comes while the answer is being put is not undone either", async () => {
    const other = anIsolate();
    const { put } = far;
    far = {
      ...far,
      put: async (key, entry, body) => {
        await put(key, entry, body);
        if (entry.kind !== "response") return;
        far.put = put;
        await change(other);
        await put(key, entry, body); // as the platform may order the two
      },
    };
    const one = anIsolate();
    held.open();
    expect(await one.ask()).toBe("old");
    lookedUpAgain();
    expect(await anIsolate().ask()).toBe("new");
  });

  it("counts also where an answer was so long on its way that the mark of it may be gone", async () => {
    const one = anIsolate();
    const waiting = one.ask();
    await isAsked.opened;
    now += 3_600_001;
    page = "new";
    held.open();
    expect(await waiting).toBe("old");
    lookedUpAgain();
    expect(await one.ask()).toBe("new");
  });
});

describe("of two answers for one URL", () => {
  it("the one that was asked for later stays, whichever comes later", async () => {
    const [slow, quick] = [anIsolate(), anIsolate()];
    const held = aGate();
    const isAsked = aGate();
    let count = 0;
    origin = async () => {
      const n = ++count;
      if (n === 1) {
        isAsked.open();
        await held.opened;
      }
      return { body: `answer ${n}` };
    };
    const waiting = slow.ask();
    await isAsked.opened;
    now += 10;
    expect(await quick.ask()).toBe("answer 2");
    held.open();
    expect(await waiting).toBe("answer 1");
    lookedUpAgain();
    for (const isolate of [slow, quick, anIsolate()]) expect(await isolate.ask()).toBe("answer 2");
  });
});
