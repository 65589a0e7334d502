// Limits that refuse. Peers: envoy's circuit breakers (max_requests of a cluster; 503 with a reason), haproxy's maxconn of a server,
// traefik's circuitbreaker (closed, open, recovering), resilience4j's minimum number of calls.
import { describe, expect, it } from "vitest";
import type { Sent } from "../../../worker/balancing/sending.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { aPool } from "./a-pool.ts";
import { type Says, World } from "./a-world.ts";

const status = ({ result }: Sent) => (result.ok ? result.value.status : result.error.reason);

describe("maxInFlight of an origin", () => {
  const pool = aPool({ a: { maxInFlight: 2 }, b: { maxInFlight: 1 } }, { balance: "first" });
  const slow: Says = { afterMs: 100, bodyMs: 400 };

  it("sends the next request elsewhere, and refuses when all are full", async () => {
    const world = new World(() => slow);
    const sent = [1, 2, 3, 4].map(() => world.start(pool));
    await world.pass(1);
    expect(world.seen.map(({ origin }) => origin)).toEqual(["a", "a", "b"]);
    await world.pass(200);
    expect((await Promise.all(sent)).map(status)).toEqual([200, 200, 200, "origins-full"]);
  });

  it("counts until the body has ended", async () => {
    const world = new World(() => slow);
    for (let n = 0; n < 3; n++) await world.ask(pool);
    expect(status(await world.ask(pool))).toBe("origins-full");
    await world.pass(400);
    expect(status(await world.ask(pool))).toBe(200);
  });

  it("does not lead to an origin that is out", async () => {
    const pool = aPool({ a: { maxInFlight: 1 }, dead: { tier: 1 } }, { retry: { attempts: 1 } });
    const world = new World((origin) => (origin === "dead" ? { fails: "connect" } : slow));
    void world.start(pool);
    await world.pass(1);
    expect(status(await world.ask(pool))).toBe("origin-unreachable"); // the standby fails, and is remembered
    expect(status(await world.ask(pool))).toBe("origins-full");
    expect(world.seen.map(({ origin }) => origin)).toEqual(["a", "dead"]);
  });

  it("is not named as the reason where an origin is out, and not full", async () => {
    const refusing = aPool(
      { a: { maxInFlight: 1 } },
      { retry: { attempts: 2 }, outlier: { whenAllOut: "refuse" } },
    );
    const world = new World(() => ({ fails: "connect" }));
    await world.ask(refusing);
    await world.pass(13_000);
    expect(status(await world.ask(refusing, { method: "POST" }))).toBe("no-origin"); // a POST tries no origin
  });

  it.each([
    ["rebind", ["a", "b"]],
    ["wait", ["a", "b"]],
    ["refuse", ["a"]],
  ] as const)(
    "is for a bound client like any reason why its origin is not usable: %s",
    async (when, asked) => {
      const world = new World(() => slow);
      const sticky = aPool({ a: { maxInFlight: 1 }, b: {} }, { sticky: { cookie: "hg", when } });
      const sent = [world.start(sticky, { pin: "a" }), world.start(sticky, { pin: "a" })];
      await world.pass(1_000);
      expect(world.seen.map(({ origin }) => origin)).toEqual(asked);
      expect((await Promise.all(sent)).map(status)).toEqual([200, asked.length === 2 ? 200 : "origins-full"]);
    },
  );

  // What nginx-tests ask of `max_conns` (upstream_max_conns.t, upstream_max_conns_sticky.t), in our words.
  describe("as nginx has it", () => {
    const parallel = async (origins: Parameters<typeof aPool>[0], requests: number, rest = {}) => {
      const world = new World((origin) => (origin === "bad" ? { status: 503 } : slow), seededRandom(4));
      const one = aPool(origins, { retry: { attempts: 1 }, ...rest });
      const sent = Array.from({ length: requests }, () => world.start(one));
      await world.pass(2_000);
      const counts = Object.fromEntries(
        [...Map.groupBy(world.seen, ({ origin }) => origin)].map(([id, seen]) => [id, seen.length]),
      );
      const refused = (await Promise.all(sent)).filter((each) => status(each) === "origins-full").length;
      return { ...counts, refused };
    };

    it("a single origin takes no more than its limit", async () => {
      expect(await parallel({ a: { maxInFlight: 3 } }, 4)).toEqual({ a: 3, refused: 1 });
    });

    it("a standby takes what is over the limit, up to its own", async () => {
      const a = { maxInFlight: 2 };
      expect(await parallel({ a, b: { tier: 1 } }, 6)).toEqual({ a: 2, b: 4, refused: 0 });
      expect(await parallel({ a, b: { tier: 1, maxInFlight: 3 } }, 6)).toEqual({ a: 2, b: 3, refused: 1 });
    });

    it("all origins may be limited, or some", async () => {
      expect(await parallel({ a: { maxInFlight: 1 }, b: { maxInFlight: 1 } }, 4)).toEqual({
        a: 1,
        b: 1,
        refused: 2,
      });
      const some = await parallel({ a: { maxInFlight: 1 }, b: {} }, 8, { balance: "round-robin" });
      expect(some).toEqual({ a: 1, b: 7, refused: 0 });
    });

    it("the weight changes no limit", async () => {
      const weighted = await parallel({ a: { maxInFlight: 1, weight: 5 }, b: {} }, 12);
      expect(weighted).toEqual({ a: 1, b: 11, refused: 0 });
    });

    it("origins with the same URL share what is counted", async () => {
      const url = "https://one.test";
      const same = { a: { url, maxInFlight: 2 }, b: { url, maxInFlight: 2 } };
      expect(await parallel(same, 4)).toEqual({ one: 2, refused: 2 });
    });

    it("an attempt that a retry makes is counted too", async () => {
      const pool = { bad: {}, b: { maxInFlight: 2 } };
      const world = new World((origin) => (origin === "bad" ? { status: 503 } : slow));
      const retrying = aPool(pool, { balance: "first" });
      const sent = Array.from({ length: 4 }, () => world.start(retrying));
      await world.pass(2_000);
      expect(world.seen.filter(({ origin }) => origin === "b")).toHaveLength(2);
      expect((await Promise.all(sent)).map(status).sort()).toEqual([200, 200, 503, 503]);
    });

    for (const balance of ["least-requests", "round-robin", "first", "latency"] as const) {
      it(`every algorithm keeps to it: ${balance}`, async () => {
        expect(await parallel({ a: { maxInFlight: 1 }, b: { maxInFlight: 2 } }, 5, { balance })).toEqual({
          a: 1,
          b: 2,
          refused: 2,
        });
      });
    }

    it("every algorithm keeps to it: hash", async () => {
      const hash = { by: "uri" };
      expect(await parallel({ a: { maxInFlight: 1 }, b: { maxInFlight: 2 } }, 5, { hash })).toEqual({
        a: 1,
        b: 2,
        refused: 2,
      });
    });
  });

  it("leads to the standby", async () => {
    const world = new World(() => slow);
    const standby = aPool({ a: { maxInFlight: 1 }, standby: { tier: 1 } });
    for (let n = 0; n < 2; n++) void world.start(standby);
    await world.pass(1);
    expect(world.seen.map(({ origin }) => origin)).toEqual(["a", "standby"]);
  });

  it("is no reason to throw an answer away that there is", async () => {
    const world = new World((origin) => (origin === "b" ? slow : { status: 503 }));
    void world.start(aPool({ b: { maxInFlight: 1 } }));
    await world.pass(1);
    const sent = await world.ask(aPool({ a: {}, b: { maxInFlight: 1 } }, { balance: "first" }));
    expect([status(sent), sent.sending.stoppedBy]).toEqual([503, "no-origin-left"]);
  });
});

describe("breaker.inFlight of a pool", () => {
  const pool = aPool({ a: {}, b: {} }, { breaker: { inFlight: 2 } });

  it("refuses what is too much, and says to come back in a moment", async () => {
    const world = new World(() => ({ afterMs: 100, bodyMs: 100 }));
    const sent = [1, 2, 3].map(() => world.start(pool));
    await world.pass(150);
    expect((await Promise.all(sent)).map(status)).toEqual([200, 200, "pool-full"]);
    expect((await sent[2])?.result).toMatchObject({ error: { retryAfterSeconds: 1 } });
    expect(world.seen).toHaveLength(2);
  });

  it("is looked at again when the body of a request that may be repeated has been read", async () => {
    const world = new World(() => ({ afterMs: 100 }));
    const bodies = [1, 2, 3, 4].map(() => new TransformStream<Uint8Array, Uint8Array>());
    const sent = bodies.map(({ readable }) => world.start(pool, { method: "PUT", body: readable }));
    await world.pass(1);
    for (const { writable } of bodies) {
      const writer = writable.getWriter();
      void writer.write(new TextEncoder().encode("whole"));
      void writer.close();
    }
    await world.pass(200);
    expect((await Promise.all(sent)).map(status)).toEqual([200, 200, "pool-full", "pool-full"]);
    expect(world.seen).toHaveLength(2);
  });

  it("has room again when a body has ended, and when an attempt has failed", async () => {
    const world = new World((origin) =>
      origin === "a" ? { fails: "connect", afterMs: 10 } : { bodyMs: 100 },
    );
    for (let n = 0; n < 5; n++) {
      await world.ask(pool);
      await world.pass(101);
    }
    expect(status(await world.ask(pool))).toBe(200);
  });
});

describe("breaker.rate of a pool", () => {
  const pool = aPool(
    { a: {}, b: {} },
    { breaker: { rate: "50%", window: "10s", open: "5s" }, retry: { attempts: 2, on: ["connect", 503] } },
  );
  /** The origins answer as they are told. */
  function aWorld() {
    const told: Says & { status?: number } = {};
    const world = new World(() => ({ ...told }));
    const ask = async (times: number, says: Says) => {
      Object.assign(told, { status: 200, afterMs: 1, ...says });
      const answers: string[] = [];
      for (let n = 0; n < times; n++) answers.push(String(status(await world.ask(pool))));
      return answers;
    };
    return { world, ask };
  }
  const bad = { status: 503 };

  it("opens at the rate, not before twenty requests, and refuses without asking", async () => {
    const { world, ask } = aWorld();
    expect(new Set(await ask(20, bad))).toEqual(new Set(["503"]));
    const before = world.seen.length;
    expect(await ask(3, bad)).toEqual(["breaker-open", "breaker-open", "breaker-open"]);
    expect(world.seen.length).toBe(before);
  });

  it("says when to come back", async () => {
    const { world, ask } = aWorld();
    await ask(20, bad);
    await world.pass(1_500);
    expect((await world.ask(pool)).result).toMatchObject({ error: { retryAfterSeconds: 4 } });
  });

  it("stays closed below the rate", async () => {
    const { ask } = aWorld();
    for (let n = 0; n < 10; n++) {
      await ask(3, {});
      expect(await ask(2, bad)).toEqual(["503", "503"]);
    }
  });

  it("does not count a request that a retry has mended", async () => {
    const world = new World((origin) => (origin === "a" ? { status: 503 } : {}));
    for (let n = 0; n < 60; n++) expect(status(await world.ask(pool))).toBe(200);
  });

  it("does not count a client that takes the whole of timeout.total for its upload", async () => {
    const hasty = aPool({ a: {} }, { breaker: { rate: "50%" }, timeout: { total: "1s" } });
    let isSlow = true;
    const world = new World(() => (isSlow ? { fails: "upload" } : {}));
    const asks = { method: "POST" };
    for (let n = 0; n < 30; n++) expect(status(await world.ask(hasty, asks))).toBe("origin-timeout");
    isSlow = false;
    expect(status(await world.ask(hasty, asks))).toBe(200);
  });

  it("does not count an origin that was given too little time", async () => {
    const hasty = aPool({ a: {} }, { breaker: { rate: "50%" }, timeout: { total: "1s" } });
    const world = new World(() => ({ afterMs: 100 }));
    const bodies = Array.from({ length: 30 }, () => new TransformStream<Uint8Array, Uint8Array>());
    const sent = bodies.map(({ readable }) => world.start(hasty, { method: "PUT", body: readable }));
    await world.pass(950); // of which the clients need so much
    for (const { writable } of bodies) void writable.close();
    await world.pass(200);
    expect(new Set((await Promise.all(sent)).map(status))).toEqual(new Set(["origin-timeout"]));
    expect(status(await world.ask(hasty))).toBe(200);
  });

  it("then lets one request at a time try, which closes it", async () => {
    const { world, ask } = aWorld();
    await ask(20, bad);
    await world.pass(5_000);
    const before = world.seen.length;
    const trials = [1, 2, 3].map(() => world.start(pool));
    await world.pass(10);
    expect((await Promise.all(trials)).map(status)).toEqual([503, "breaker-open", "breaker-open"]);
    expect(world.seen.length - before).toBe(2); // the trial has its retry too
    await world.pass(4_900);
    expect(status(await world.ask(pool))).toBe("breaker-open"); // it failed, so it is as long again
    await world.pass(100);
    expect(await ask(3, {})).toEqual(["200", "200", "200"]);
  });

  it("begins with an empty window when it has closed", async () => {
    const { world, ask } = aWorld();
    await ask(20, bad);
    await world.pass(5_000);
    await ask(1, {});
    expect(await ask(1, bad)).toEqual(["503"]);
    expect(await ask(1, {})).toEqual(["200"]);
  });

  it("is tried by another request if nothing is heard of the first trial", async () => {
    const { world, ask } = aWorld();
    await ask(20, bad);
    await world.pass(5_000);
    const patient = aPool({ a: {} }, { breaker: { rate: "50%" }, timeout: { firstByte: "1s" } });
    world.load.ofPool(patient).begin(world.now, 1_010); // its request is lost
    expect(await ask(1, {})).toEqual(["breaker-open"]);
    await world.pass(1_010);
    expect(await ask(2, {})).toEqual(["200", "200"]);
  });
});
