// Which limiters an isolate has, and that the log hears of one that fails, but not for every request.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limitersOf } from "../../worker/adapters/limiters-of.ts";

const withdrawal = { counts: "a.test api 0", key: "client", cost: 1, shape: { perUnitMs: 12_000, burst: 5 } };

describe("the limiters of an isolate", () => {
  it("warn once in ten seconds about one that is not bound", async () => {
    let now = 0;
    const warnings: unknown[] = [];
    const { exact } = limitersOf(
      {},
      () => now,
      (message, evidence) => void warnings.push([message, evidence]),
    );
    for (let at = 0; at < 5; at++) expect(await exact.take(withdrawal)).toMatchObject({ ok: false });
    expect(warnings).toEqual([
      [
        "a limit cannot be counted",
        { limit: "a.test api 0", error: expect.stringContaining("bind the class Limits as LIMITS") },
      ],
    ]);
    now = 10_000;
    await exact.take(withdrawal);
    expect(warnings).toHaveLength(2);
  });

  it("use what is bound, and say nothing of it", async () => {
    const warnings: unknown[] = [];
    const { LIMITS } = env as unknown as { LIMITS: DurableObjectNamespace };
    await LIMITS.get(LIMITS.idFromName("first")).fetch("http://limits/"); // its class is loaded by now
    const limiters = limitersOf(env as never, Date.now, (...said) => void warnings.push(said));
    for (const limiter of Object.values(limiters))
      expect(
        await limiter.take({ ...withdrawal, counts: `bound.test ${crypto.randomUUID()} 0` }),
      ).toMatchObject({
        ok: true,
        value: { admitted: true },
      });
    expect(warnings).toEqual([]);
  });

  it("ask the process that has the objects under headgate serve", async () => {
    const asked: string[] = [];
    const STATE = {
      fetch: async (request: Request) => {
        asked.push(new URL(request.url).pathname + new URL(request.url).search.replace(/\d+$/, "N"));
        return Response.json({ admitted: true, remaining: 4, retryAfterMs: 0, fullInMs: 12_000 });
      },
    } as unknown as Fetcher;
    const { exact } = limitersOf({ STATE }, Date.now, () => {});
    expect(await exact.take(withdrawal)).toMatchObject({ ok: true });
    await exact.charge(withdrawal);
    expect(asked).toEqual(["/limits/take?shard=a.test%2FN", "/limits/charge?shard=a.test%2FN"]);
  });
});
