// Histories of clients that are bound to origins, while origins fail, recover, are drained, leave and return.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { err, ok } from "../../../shared/result.ts";
import { isolateHealth } from "../../../worker/adapters/isolate-health.ts";
import { isolateLoad } from "../../../worker/adapters/isolate-load.ts";
import { isolateTurns } from "../../../worker/adapters/isolate-turns.ts";
import { sealing } from "../../../worker/adapters/sealing.ts";
import type { Pool } from "../../../worker/balancing/pool.ts";
import { sendPinned } from "../../../worker/balancing/send-pinned.ts";
import { NO_ORIGINS_TOLD, originsTold } from "../../../worker/keeping/origins-told.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { aPool } from "./a-pool.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const TTL_MS = 3_600_000;
type When = "rebind" | "wait" | "refuse";

/** Origins that are dead or not, by id, and a clock. */
function aWorld() {
  const dead = new Set<string>();
  const drained = new Set<string>();
  const world = { nowMs: 1_800_000_000_000, dead, drained, asked: [] as string[] };
  const ports = {
    now: () => world.nowMs,
    random: seededRandom(99),
    health: isolateHealth(),
    turns: isolateTurns(),
    load: isolateLoad({ now: () => world.nowMs }),
    after: () => () => {},
    wait: () => Promise.resolve(),
    background: () => {},
    sealing: sealing(SECRET, { warn: () => {} }),
    origins: {
      fetch: async ({ url }: { url: string }) => {
        const id = new URL(url).hostname.split(".")[0] ?? "";
        world.asked.push(id);
        if (dead.has(id)) return err({ kind: "connect", message: "refused" } as const);
        return ok({ status: 200, statusText: "", headers: new Headers(), body: null, webSocket: null });
      },
    },
  };
  const ask = async (pool: Pool, pins: string | undefined) => {
    if (!pool.sticky) throw new Error("a pool without sticky sessions");
    world.asked = [];
    const told = originsTold(
      Object.fromEntries([...drained].map((id) => [`web/${id}`, { drained: true }] as const)),
    );
    const errand = {
      pool,
      ask: {
        method: "GET",
        authority: "shop.test",
        target: "/",
        headers: new Headers(),
        receivedBytes: 0,
        otherUrls: [],
      },
      client: { ip: "192.0.2.1" },
      body: null,
      retriesNonIdempotent: false,
      told: drained.size === 0 ? NO_ORIGINS_TOLD : told,
    };
    const client = { scheme: "http", ...(pins !== undefined && { pins }) } as const;
    const { result, sending } = await sendPinned(errand, pool.sticky, client, ports);
    const cookie = sending.binds?.split(";")[0];
    return {
      by: sending.answeredBy?.origin.id,
      refusal: result.ok ? undefined : result.error.reason,
      cookie,
      first: world.asked[0],
    };
  };
  return { world, ask };
}

const poolOf = (ids: string, when: When) =>
  aPool(Object.fromEntries([...ids].map((id) => [id, {}])), {
    balance: "round-robin",
    sticky: { cookie: "hg", ttl: "1h", when },
  });

describe("histories of bound clients", () => {
  const ALL = "abcde";
  /** Long enough for an origin that failed to be believed good again. */
  const FORGOTTEN_MS = 60_000;

  it.each(["rebind", "wait", "refuse"] as const)("hold what `when: %s` promises", async (when) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const random = seededRandom(seed * 7_919);
      const below = (limit: number) => Math.floor(random() * limit);
      const { world, ask } = aWorld();
      const clients = Array.from({ length: 6 }, () => ({
        cookie: undefined as string | undefined,
        bound: undefined as string | undefined,
        since: 0,
      }));
      let ids = ALL;
      for (let step = 0; step < 300; step++) {
        const id = ALL.charAt(below(ALL.length));
        switch (below(9)) {
          case 0:
            world.dead.add(id);
            if (world.dead.size > 2) world.dead.clear();
            world.nowMs += FORGOTTEN_MS;
            break;
          case 1:
            if (ids.length > 3) ids = ids.replace(id, "");
            break;
          case 2:
            ids = [...ALL]
              .filter((one) => ids.includes(one) || one === id)
              .reverse()
              .join("");
            break;
          case 3:
            if (world.drained.size < 2) world.drained.add(id);
            break;
          case 4:
            world.drained.clear();
            break;
        }
        const client = clients[below(clients.length)];
        if (!client) continue;
        const { bound } = client;
        const isLive = world.nowMs < client.since + TTL_MS;
        const holds = bound !== undefined && isLive && ids.includes(bound);
        const { by, refusal, cookie, first } = await ask(poolOf(ids, when), client.cookie);
        const history = `seed ${seed}, step ${step}: ${JSON.stringify({ ids, bound, by, refusal, first })}`;
        const usable = [...ids].filter((one) => !world.dead.has(one) && !world.drained.has(one));
        if (holds && !world.dead.has(bound)) {
          // It may have been dead a moment ago, as this isolate remembers; otherwise its client goes there.
          if (by !== bound) expect(refusal === "pinned-origin-out" || when !== "refuse", history).toBe(true);
          if (by === bound) expect(first, history).toBe(bound);
        }
        if (holds && when === "refuse" && by !== undefined) expect(by, history).toBe(bound);
        if (!holds && usable.length > 0) expect(by, history).toBeDefined();
        if (by !== undefined && by !== bound) expect(world.drained.has(by), history).toBe(false);
        if (holds && when === "wait" && by !== bound) expect(cookie, history).toBeUndefined();
        if (by !== undefined && !holds) expect(cookie, history).toBeDefined();
        if (cookie !== undefined && by !== undefined) {
          client.cookie = cookie;
          client.bound = by;
          client.since = world.nowMs;
        }
      }
    }
  });

  it("send a bound client to its origin each time, as long as that is good", async () => {
    const { world, ask } = aWorld();
    const pool = poolOf(ALL, "rebind");
    const { cookie, by } = await ask(pool, undefined);
    for (let step = 0; step < 200; step++) {
      world.nowMs += 1_000;
      expect((await ask(pool, cookie)).by).toBe(by);
    }
  });

  it("leave the pin out of a retry", async () => {
    const { world, ask } = aWorld();
    const pool = poolOf("ab", "rebind");
    const { cookie, by = "" } = await ask(pool, undefined);
    world.dead.add(by);
    const again = await ask(pool, cookie);
    expect(again.first).toBe(by);
    expect(again.by).not.toBe(by);
    expect(world.asked).toHaveLength(2);
  });

  it("ask no other origin with `when: refuse`", async () => {
    const { world, ask } = aWorld();
    const pool = poolOf("abc", "refuse");
    const { cookie, by = "" } = await ask(pool, undefined);
    world.dead.add(by);
    const failed = await ask(pool, cookie);
    expect(new Set(world.asked)).toEqual(new Set([by]));
    expect(failed.by).toBeUndefined();
    expect((await ask(pool, cookie)).refusal).toBe("pinned-origin-out");
    expect(world.asked).toEqual([]);
  });
});

describe("the key of the cookies", () => {
  it("is derived from the secret by purpose, as every tool can that has HMAC-SHA256", async () => {
    const key = createHmac("sha256", SECRET).update("headgate sticky sessions").digest("hex");
    const mac = await sealing(SECRET, { warn: () => {} }).mac("pin", "text");
    expect(mac).toBe(createHmac("sha256", key).update("text").digest("base64"));
  });

  it.each([undefined, ""])("is none without a secret (%j), which is told once", async (secret) => {
    const warnings: string[] = [];
    const signing = sealing(secret, { warn: (message) => warnings.push(message) });
    expect(await signing.mac("pin", "a")).toBeUndefined();
    expect(await signing.mac("pin", "b")).toBeUndefined();
    expect(warnings).toEqual(["HEADGATE_SECRET is not set, so sticky sessions keep no client at its origin"]);
  });
});
