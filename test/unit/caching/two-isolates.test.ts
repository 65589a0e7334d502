// Two isolates of a data centre over one store. It has no compare-and-set; what one of them has changed, an answer that the
// other is still waiting for does not bring back.
import { beforeEach, describe, expect, it } from "vitest";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { tieredStore } from "../../../worker/adapters/tiered-store.ts";
import type { Store } from "../../../worker/ports.ts";
import { aGate, type Gate } from "../../support/gate.ts";
import {
  type Isolate,
  type IsolateOptions,
  anIsolate as isolateWith,
  pushed,
} from "../../support/isolate.ts";

const SITE = {
  hosts: ["shop.test"],
  pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
  routes: [{ id: "all", to: "web" }],
};
const texts = await pushed(SITE);

let now = 0;
let far: Store;
/** In the order in which it is asked. */
let origin: IsolateOptions["origin"];

beforeEach(() => {
  now = Date.now();
  far = { ...memoryStore(1_000_000, { now: () => now }), isShared: true };
});

function anIsolate(): Isolate {
  const near = memoryStore(1_000_000, { now: () => now, forgetAfterMs: 5_000 });
  return isolateWith({
    texts,
    store: tieredStore(near, far),
    now: () => now,
    origin: (request) => origin(request),
  });
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

  async function change(isolate: Isolate): Promise<void> {
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
