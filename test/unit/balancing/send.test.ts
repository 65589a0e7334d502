import { describe, expect, it } from "vitest";
import { err, ok, type Result } from "../../../shared/result.ts";
import { isolateHealth } from "../../../worker/adapters/isolate-health.ts";
import { isolateLoad } from "../../../worker/adapters/isolate-load.ts";
import { isolateTurns } from "../../../worker/adapters/isolate-turns.ts";
import type { Pool } from "../../../worker/balancing/pool.ts";
import { ALL_GOOD } from "../../../worker/balancing/pool-standing.ts";
import { send } from "../../../worker/balancing/send.ts";
import type { SendPorts } from "../../../worker/balancing/sending.ts";
import { NO_ORIGINS_TOLD } from "../../../worker/keeping/origins-told.ts";
import type { OriginFailure, OriginReply, OriginRequest } from "../../../worker/ports.ts";
import { aPool } from "./a-pool.ts";

type Came = Result<OriginReply, OriginFailure>;

const reply = (status: number): Came =>
  ok({ status, statusText: "", headers: new Headers(), body: null, webSocket: null });
const lost = err({ kind: "connect", message: "lost" } as const);

/** Origins that answer in turn, each after some time on the clock. */
function aWorld(...answers: { came: Came; afterMs: number }[]) {
  let now = 1_000;
  const asked: OriginRequest[] = [];
  const ports: SendPorts = {
    now: () => now,
    after: () => () => {},
    wait: () => Promise.resolve(),
    random: () => 0,
    health: isolateHealth(),
    turns: isolateTurns(),
    load: isolateLoad({ now: () => now }),
    background: () => {},
    origins: {
      fetch: async (request) => {
        asked.push(request);
        const { came, afterMs } = answers[asked.length - 1] ?? { came: lost, afterMs: 0 };
        now += afterMs;
        return came;
      },
    },
  };
  return { asked, ports };
}

const get = (pool: Pool, ports: SendPorts) =>
  send(
    {
      pool,
      ask: {
        method: "GET",
        target: "/x?y=1",
        headers: new Headers(),
        authority: "shop.test",
        receivedBytes: 0,
        otherUrls: [],
      },
      client: { ip: "192.0.2.1" },
      body: null,
      retriesNonIdempotent: false,
      told: NO_ORIGINS_TOLD,
    },
    ports,
  );

describe("sending a request to a pool", () => {
  it("is refused where no origin is in service", async () => {
    const { asked, ports } = aWorld();
    const { result, sending } = await get(aPool({ a: { state: "off" } }), ports);
    expect(result).toEqual(err({ reason: "no-origin", pool: "web" }));
    expect(sending.attempts).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("asks for the target under the origin's base path", async () => {
    const { asked, ports } = aWorld({ came: reply(200), afterMs: 5 });
    await get(aPool({ a: { url: "https://a.test/base/" } }), ports);
    expect(asked[0]?.url).toBe("https://a.test/base/x?y=1");
  });

  it("gives each attempt what is left of the total time-out", async () => {
    const pool = aPool({ a: {}, b: {}, c: {} }, { timeout: { firstByte: "2s", total: "5s" } });
    const { asked, ports } = aWorld(
      { came: lost, afterMs: 1_500 },
      { came: reply(503), afterMs: 1_000 },
      { came: reply(200), afterMs: 1_000 },
    );
    const { result, sending } = await get(pool, ports);
    expect(result.ok && result.value.status).toBe(200);
    expect(sending.answeredBy).toBe(sending.attempts[2]);
    expect(sending.answeredBy?.sentAt).toBe(3_500); // the age of the answer does not count the attempts before it
    expect(asked.map(({ firstByteMs, totalMs }) => [firstByteMs, totalMs])).toEqual([
      [2_000, 5_000],
      [2_000, 3_500],
      [2_000, 2_500],
    ]);
  });

  it("tells when each attempt was sent: an answer is no older for those that failed before it", async () => {
    const { ports } = aWorld({ came: lost, afterMs: 1_500 }, { came: reply(200), afterMs: 200 });
    const { sending } = await get(aPool({ a: {}, b: {} }), ports);
    expect(sending.attempts.map(({ sentAt, ms }) => [sentAt, ms])).toEqual([
      [1_000, 1_500],
      [2_500, 200],
    ]);
  });

  describe("an attempt can be given up", () => {
    const slow = err({ kind: "timeout", afterMs: 2_000 } as const);
    const signals = (asked: readonly OriginRequest[]) => asked.map(({ giveUp }) => giveUp?.aborted);

    it("if another one failed before it, and is given up after a failure only", async () => {
      const { asked, ports } = aWorld(
        { came: slow, afterMs: 2_000 },
        { came: slow, afterMs: 2_000 },
        { came: reply(200), afterMs: 5 },
      );
      await get(aPool({ a: {}, b: {}, c: {} }, { retry: { attempts: 3 } }), ports);
      expect(signals(asked)).toEqual([undefined, true, false]);
    });

    it("if its origin has not answered well since it failed", async () => {
      const { asked, ports } = aWorld(
        { came: lost, afterMs: 5 },
        { came: reply(200), afterMs: 5 },
        { came: reply(200), afterMs: 5 },
      );
      const pool = aPool({ a: {} }, { retry: { attempts: 1 } });
      for (let request = 0; request < 3; request++) await get(pool, ports);
      expect(signals(asked)).toEqual([undefined, false, undefined]);
    });
  });

  it("ends in a time-out where the total is used up before the next attempt", async () => {
    const pool = aPool({ a: {}, b: {} }, { timeout: { total: "5s" } });
    const { asked, ports } = aWorld({ came: lost, afterMs: 4_995 });
    const { result, sending } = await get(pool, ports);
    expect(result).toEqual(err({ reason: "origin-timeout", pool: "web", afterMs: 4_995 }));
    expect(sending.stoppedBy).toBe("time-used-up");
    expect(asked).toHaveLength(1);
  });

  it("passes on an answer that came at the very end", async () => {
    const pool = aPool({ a: {}, b: {} }, { timeout: { total: "5s" } });
    const { ports } = aWorld({ came: reply(503), afterMs: 4_995 });
    const { result, sending } = await get(pool, ports);
    expect([result.ok && result.value.status, sending.stoppedBy]).toEqual([503, "time-used-up"]);
  });

  it("holds nothing against an origin whose client sent half a body, and forgives it nothing either", async () => {
    const pool = aPool({ a: {} });
    const { ports } = aWorld({ came: err({ kind: "request-body-broken" }), afterMs: 5 });
    const { result } = await get(pool, ports);
    expect(result).toEqual(err({ reason: "request-body-broken" }));
    expect(ports.health.of(pool)).toBe(ALL_GOOD);

    ports.health.report(pool, {
      kind: "ended",
      origin: "a",
      outcome: "failed",
      because: "connect",
      sentAt: 1,
      at: 1,
      random: 0,
    });
    const before = ports.health.of(pool);
    const gone = aWorld({ came: err({ kind: "request-body-broken" }), afterMs: 5 });
    await get(pool, { ...gone.ports, health: ports.health });
    expect(ports.health.of(pool)).toBe(before);
  });
});
