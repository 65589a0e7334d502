import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { exactLimiter } from "../../worker/adapters/exact-limiter.ts";
import { memoryLimiter } from "../../worker/adapters/memory-limiter.ts";
import { platformLimiter } from "../../worker/adapters/platform-limiter.ts";
import { limiterContract } from "./limiter.contract.ts";

const { LIMITS } = env as unknown as { LIMITS: DurableObjectNamespace };
const stubOf = (shard: string) => LIMITS.get(LIMITS.idFromName(shard));

limiterContract("the memory of the isolate", () => memoryLimiter(Date.now));
limiterContract("the platform", () => platformLimiter(env), { tellsNoNumbers: true });
limiterContract("an object for each shard of the keys", () => exactLimiter(stubOf, Date.now));

const SHAPE = { perUnitMs: 60_000, burst: 5 };
const withdrawal = (site: string, key = "client") => ({
  counts: `${site} api 0`,
  key,
  cost: 1,
  shape: SHAPE,
});

/** Whose objects were asked. */
function watched() {
  const asked: string[] = [];
  const limiter = exactLimiter((shard) => {
    asked.push(shard);
    return stubOf(shard);
  }, Date.now);
  return { limiter, asked };
}

describe("what is counted exactly", () => {
  it("is one number for all isolates", async () => {
    const isolates = [exactLimiter(stubOf, Date.now), exactLimiter(stubOf, Date.now)];
    const taken = await Promise.all(
      Array.from({ length: 12 }, (_, at) => isolates[at % 2]?.take(withdrawal("two-isolates.test"))),
    );
    expect(taken.filter((one) => one?.ok && one.value.admitted)).toHaveLength(5);
  });

  it("is divided by key among objects of the site, and by site", async () => {
    const { limiter, asked } = watched();
    for (let at = 0; at < 60; at++) await limiter.take(withdrawal("many-keys.test", `client ${at}`));
    await limiter.take(withdrawal("other.test"));
    const shards = new Set(asked);
    expect(shards.size).toBeGreaterThan(15);
    expect([...shards].every((shard) => /^(many-keys|other)\.test\/\d+$/.test(shard))).toBe(true);
  });

  it("outlives the object: what has changed is written a second later", async () => {
    const { limiter, asked } = watched();
    for (let at = 0; at < 5; at++) await limiter.take(withdrawal("evicted.test"));
    const stub = stubOf(String(asked[0]));
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    await evictDurableObject(stub);
    expect(await exactLimiter(stubOf, Date.now).take(withdrawal("evicted.test"))).toMatchObject({
      ok: true,
      value: { admitted: false },
    });
  });

  it("is not written where the bucket is full again in a moment", async () => {
    const { limiter, asked } = watched();
    await limiter.take({ ...withdrawal("fast.test"), shape: { perUnitMs: 10, burst: 5 } });
    expect(await runDurableObjectAlarm(stubOf(String(asked[0])))).toBe(false);
  });

  it("is stored without the address or the token of a client", async () => {
    const { limiter, asked } = watched();
    await limiter.take(withdrawal("private.test", "192.0.2.77"));
    const stub = stubOf(String(asked[0]));
    await runDurableObjectAlarm(stub);
    const rows = await runInDurableObject(stub, (_object, { storage }) => [
      ...storage.sql.exec<{ key: string }>("SELECT key FROM buckets"),
    ]);
    expect(rows).toEqual([{ key: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
  });

  it("is not asked again for a client who was refused, until he may come again", async () => {
    const { asked } = watched();
    let now = 1_000_000;
    const limiter = exactLimiter(
      (shard) => {
        asked.push(shard);
        return stubOf(shard);
      },
      () => now,
    );
    const take = () => limiter.take(withdrawal("flood.test"));
    for (let at = 0; at < 6; at++) await take();
    expect(asked).toHaveLength(6);
    for (let at = 0; at < 20; at++) expect(await take()).toMatchObject({ value: { admitted: false } });
    expect(asked).toHaveLength(6);
    now += 61_000;
    await take();
    expect(asked).toHaveLength(7);
    now -= 3_600_000; // a clock that is set back
    await take();
    expect(asked).toHaveLength(8);
  });
});

describe("a limiter that does not answer well", () => {
  const from = (respond: () => Promise<Response>) => exactLimiter(() => ({ fetch: respond }), Date.now, 50);
  const failures: [string, () => Promise<Response>, RegExp][] = [
    ["is not there", () => Promise.reject(new Error("no such object")), /no such object/],
    ["fails", async () => new Response("oh no", { status: 500 }), /answered 500/],
    ["says something else", async () => new Response("<html>"), /JSON|token/i],
    ["says half of it", async () => Response.json({ admitted: true }), /something else than an allowance/],
    ["says nothing", () => new Promise(() => {}), /no answer within 50 ms/],
  ];

  it.each(failures)("because it %s, is a failure and not an exception", async (_what, respond, message) => {
    const limiter = from(respond);
    expect(await limiter.take(withdrawal("a.test"))).toEqual({
      ok: false,
      error: { reason: "limiter-unavailable", message: expect.stringMatching(message) },
    });
    await limiter.charge(withdrawal("a.test"));
  });

  it("is a failure if none is bound", async () => {
    expect(await exactLimiter(undefined, Date.now).take(withdrawal("a.test"))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("bind the class Limits as LIMITS") },
    });
    expect(await platformLimiter({}).take(withdrawal("a.test"))).toMatchObject({
      ok: false,
      error: { message: "the Worker has no binding LIMIT_5_PER_300" },
    });
  });

  it.each([
    ["a path that is none", "/limits/elsewhere", JSON.stringify(withdrawal("a.test"))],
    ["no JSON", "/limits/take", "{"],
    ["something else", "/limits/take", "{}"],
    ["no number", "/limits/take", JSON.stringify({ ...withdrawal("a.test"), cost: "1" })],
    [
      "a bucket that is never full",
      "/limits/take",
      JSON.stringify({ ...withdrawal("a.test"), shape: { perUnitMs: 0, burst: 5 } }),
    ],
  ])("the object does not understand %s", async (_what, path, body) => {
    const response = await stubOf("odd").fetch(`http://limits${path}`, { method: "POST", body });
    expect(response.status).toBe(400);
  });
});
