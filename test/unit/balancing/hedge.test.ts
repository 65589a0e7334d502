// Two attempts, one answer. Peers: finagle's BackupRequestFilterTest (first answer wins, the other is cancelled, a failure waits for the
// other, a budget), grpc's retry design A6 (hedging counts among the attempts), envoy's hedge policy.
import { describe, expect, it } from "vitest";
import type { Sent } from "../../../worker/balancing/sending.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { aPool } from "./a-pool.ts";
import { type Says, World } from "./a-world.ts";

const aHedgingPool = (hedge: Record<string, string> = {}, rest: Parameters<typeof aPool>[1] = {}) =>
  aPool(
    { a: {}, b: {}, c: {} },
    { balance: "first", hedge: { after: "100ms", budget: "100%", ...hedge }, ...rest },
  );
const pool = aHedgingPool();

/** What each origin says. */
const says = (origins: Record<string, Says>) => new World((origin) => origins[origin] ?? { afterMs: 10 });
const status = ({ result }: Sent) => (result.ok ? result.value.status : result.error.reason);
const tried = ({ sending }: Sent) =>
  sending.attempts.map(
    ({ origin, attempted }) =>
      `${origin.id} ${attempted.kind === "status" ? attempted.status : attempted.failure.kind}`,
  );

const streamOf = (text: string) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });

describe("a hedge", () => {
  it("is not made if the first origin answers in time", async () => {
    const world = says({ a: { afterMs: 99 } });
    expect(tried(await world.ask(pool))).toEqual(["a 200"]);
    await world.pass(0);
    expect(world.timers).toBe(0);
    await world.settle();
    expect(world.asked()).toEqual(["a answered"]);
  });

  it("wins if it is faster, and the first attempt is given up at once", async () => {
    const world = says({ a: { afterMs: 5_000 }, b: { afterMs: 30 } });
    const sent = await world.ask(pool);
    expect(world.now - 1_000_000).toBe(130);
    expect(tried(sent)).toEqual(["a given-up", "b 200"]);
    expect(sent.sending.answeredBy?.origin.id).toBe("b");
    expect(world.asked()).toEqual(["a given up", "b answered"]);
  });

  it("loses if the first attempt is faster after all, and is given up at once", async () => {
    const world = says({ a: { afterMs: 110 }, b: { afterMs: 5_000 } });
    const sent = await world.ask(pool);
    expect(tried(sent)).toEqual(["a 200", "b given-up"]);
    expect(sent.sending.answeredBy?.origin.id).toBe("a");
    expect(world.asked()).toEqual(["a answered", "b given up"]);
  });

  it("lets the body go of one that answers in the same moment", async () => {
    const world = says({ a: { afterMs: 130 }, b: { afterMs: 30 } });
    const { result } = await world.ask(pool);
    await world.settle();
    expect(result.ok).toBe(true);
    expect(world.asked().filter((each) => each.endsWith("answered")).length - world.cancelled).toBe(1);
  });

  it("is the answer if the first attempt then fails, which counts against its origin", async () => {
    const world = says({ a: { afterMs: 120, fails: "connect" }, b: { afterMs: 200 } });
    const sent = await world.ask(pool);
    expect([status(sent), ...tried(sent)]).toEqual([200, "a connect", "b 200"]);
    expect(tried(await world.ask(pool))[0]).toMatch(/^b/);
  });

  it("that fails does not end the first attempt", async () => {
    const world = says({ a: { afterMs: 300 }, b: { afterMs: 10, status: 503 } });
    const sent = await world.ask(pool);
    expect([status(sent), ...tried(sent)]).toEqual([200, "a 200", "b 503"]);
    expect(world.cancelled).toBe(1);
  });

  it("counts among the attempts: if both fail, what is left of them is made", async () => {
    const failing = { afterMs: 150, status: 503 };
    const world = says({ a: failing, b: failing });
    expect(tried(await world.ask(pool))).toEqual(["a 503", "b 503", "c 200"]);
    const two = aHedgingPool({}, { retry: { attempts: 2 } });
    const sent = await says({ a: failing, b: failing }).ask(two);
    expect([status(sent), sent.sending.stoppedBy]).toEqual([503, "attempts-used-up"]);
  });

  it("is not made if a failure ends the first attempt before: then there is a retry", async () => {
    const world = says({ a: { afterMs: 50, fails: "connect" } });
    expect(tried(await world.ask(pool))).toEqual(["a connect", "b 200"]);
    await world.settle();
    expect(world.seen).toHaveLength(2);
  });

  it("says nothing against the origin that was slower", async () => {
    const world = says({ a: { afterMs: 5_000 }, b: { afterMs: 30 } });
    for (let n = 0; n < 3; n++) expect(tried(await world.ask(pool))[0]).toBe("a given-up");
  });

  // Otherwise nothing would ever be decided of an origin that hangs: each request in turn would try it, and wait for its hedge.
  it("that is faster than the trial of an origin leaves the trial to go on", async () => {
    let isDead = true;
    const world = new World((origin) =>
      origin === "a" ? (isDead ? { fails: "connect" } : { afterMs: 60_000 }) : {},
    );
    await world.ask(pool);
    isDead = false;
    await world.pass(10_000);
    const sent = await world.ask(pool);
    expect(tried(sent)).toEqual(["a given-up", "b 200"]);
    for (let n = 0; n < 3; n++) expect(tried(await world.ask(pool))).toEqual(["b 200"]);
    expect(world.asked().at(-4)).toBe("b answered");
    expect(world.seen.filter(({ origin }) => origin === "a").at(-1)?.ended).toBeUndefined();
    await world.pass(15_000); // its time-out: it is ejected for 20 s
    expect(tried(sent)).toEqual(["a given-up", "b 200"]);
    await world.pass(15_000);
    expect(tried(await world.ask(pool))).toEqual(["b 200"]);
    await world.pass(6_000);
    expect(tried(await world.ask(pool))[0]).toBe("a given-up");
  });

  it("that is faster than the trial of an origin does not keep it from coming back", async () => {
    let isDead = true;
    const world = new World((origin) =>
      origin === "a" ? (isDead ? { fails: "connect" } : { afterMs: 150 }) : {},
    );
    await world.ask(pool);
    isDead = false;
    await world.pass(10_000);
    expect(tried(await world.ask(pool))).toEqual(["a given-up", "b 200"]);
    await world.pass(100);
    expect(world.cancelled).toBe(1); // the body of the trial
    expect(tried(await world.ask(pool))).toEqual(["a given-up", "b 200"]); // as a good origin that is slow
    expect(world.asked().at(-2)).toBe("a given up");
  });

  it("is not sent to an origin that is out", async () => {
    const two = aPool({ a: {}, b: {} }, { balance: "first", hedge: { after: "100ms" } });
    let isSlow = false;
    const world = new World((origin) => (origin === "a" && isSlow ? { afterMs: 300 } : { fails: "connect" }));
    await world.ask(two); // both fail, and are remembered
    await world.pass(5_000);
    isSlow = true;
    const { attempts } = (await world.ask(two)).sending;
    expect(attempts.map(({ origin }) => origin.id)).toEqual(["a"]);
  });

  it("is not made without another origin", async () => {
    const world = says({ a: { afterMs: 300 } });
    expect(tried(await world.ask(aPool({ a: {} }, { hedge: { after: "100ms" } })))).toEqual(["a 200"]);
    expect(world.seen).toHaveLength(1);
  });

  describe("is only for what may be asked twice at once:", () => {
    const slow = { a: { afterMs: 300 }, b: { afterMs: 300 } };
    const count = async (asks: Parameters<World["ask"]>[1]) => {
      const world = says(slow);
      await world.ask(pool, asks);
      return world.seen.length;
    };

    for (const method of ["GET", "HEAD", "OPTIONS", "QUERY", "PROPFIND"]) {
      it(`${method} is`, async () => expect(await count({ method })).toBe(2));
    }
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "MADE-UP"]) {
      it(`${method} is not, not even with an Idempotency-Key`, async () => {
        expect(await count({ method, headers: { "idempotency-key": "1" } })).toBe(1);
      });
    }
    it("a body that is kept is", async () => {
      expect(await count({ method: "QUERY", body: streamOf("question") })).toBe(2);
    });
    it("a body that streams is not", async () => {
      const body = streamOf("x".repeat(70_000));
      expect(await count({ method: "QUERY", body })).toBe(1);
    });
    it("a client that is bound to an origin is not", async () => {
      const world = says(slow);
      const sticky = aHedgingPool({}, { sticky: { cookie: "hg" } });
      expect(tried(await world.ask(sticky, { pin: "a" }))).toEqual(["a 200"]);
      expect(world.seen).toHaveLength(1);
    });
    it("a WebSocket is not", async () => expect(await count({ headers: { upgrade: "websocket" } })).toBe(1));
  });

  it("keeps to its budget, with one in ten seconds at least", async () => {
    const slow = { a: { afterMs: 200 }, b: { afterMs: 500 } };
    const few = aHedgingPool({ budget: "10%" });
    const world = says(slow);
    expect((await world.ask(few)).sending.attempts).toHaveLength(2);
    expect((await world.ask(few)).sending.attempts).toHaveLength(1);
    const sent = Array.from({ length: 200 }, () => world.start(few));
    await world.pass(1_000);
    await Promise.all(sent);
    expect(world.seen.length - 202).toBe(20);
  });

  describe("after: p95", () => {
    const p95 = aHedgingPool({ after: "p95" });

    it("waits for twenty answers, and then as long as 95 % of them took", async () => {
      const world = new World((origin, request) => ({
        afterMs: origin === "b" ? 5 : request.headers.has("slow") ? 400 : 40,
      }));
      const slow = { headers: { slow: "1" } };
      expect((await world.ask(p95, slow)).sending.attempts).toHaveLength(1);
      for (let n = 0; n < 60; n++) await world.ask(p95);
      const before = world.now;
      const sent = await world.ask(p95, slow);
      expect(tried(sent)).toEqual(["a given-up", "b 200"]);
      expect(world.now - before).toBeGreaterThan(40);
      expect(world.now - before).toBeLessThan(60);
    });
  });

  it("never doubles a POST, never sends more than its attempts, never leaves a body, whatever happens", async () => {
    const random = seededRandom(5);
    const limited = aPool(
      { a: { maxInFlight: 1_000 }, b: {}, c: {} },
      {
        hedge: { after: "50ms", budget: "30%" },
        retry: { attempts: 3, on: ["connect", "timeout", 503], perTry: "200ms" },
      },
    );
    const world = new World((): Says => {
      const kind = random();
      const afterMs = random() * 400;
      if (kind < 0.15) return { fails: "connect", afterMs };
      return { afterMs, status: kind < 0.3 ? 503 : 200, bodyMs: random() * 300 };
    }, random);
    const sent: Promise<Sent>[] = [];
    for (let n = 0; n < 400; n++) {
      const method = random() < 0.3 ? "POST" : "GET";
      const headers = { id: String(n) };
      sent.push(world.start(limited, { method, headers, ...(method === "POST" && { body: "order" }) }));
      await world.pass(random() * 40);
    }
    await world.settle();
    const all = await Promise.all(sent);
    const idOf = ({ request }: World["seen"][number]) => `${request.method} ${request.headers.get("id")}`;
    const byId = Map.groupBy(world.seen, idOf);
    for (const [id, seen] of byId) expect(seen.length).toBeLessThanOrEqual(id.startsWith("POST") ? 1 : 3);
    expect(world.seen.length).toBeGreaterThan(430); // the history does try it
    for (const [n, { sending }] of all.entries()) {
      const seen = [...byId].find(([id]) => id.endsWith(` ${n}`))?.[1] ?? [];
      expect(sending.attempts).toHaveLength(seen.length);
    }
    const answered = world.seen.filter(({ ended }) => ended === "answered").length;
    const relayed = all.filter(({ result }) => result.ok).length;
    expect(answered - world.cancelled).toBe(relayed);
    for (const { loadKey } of limited.origins) expect(world.load.inFlight(loadKey)).toBe(0);
  });
});
