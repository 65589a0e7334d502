// What each way to count keeps to: one spec, run for the isolate, for the platform's rate limits and for objects on each platform.
import { describe, expect, it } from "vitest";
import type { Allowance, Withdrawal } from "../../worker/admission/limits/withdrawal.ts";
import type { Limiter } from "../../worker/ports.ts";

/** What is counted stays counted, so each test counts something of its own. */
const aWithdrawal = (rest: Partial<Withdrawal> = {}): Withdrawal => ({
  counts: `site.test ${crypto.randomUUID()} 0`,
  key: "192.0.2.1",
  cost: 1,
  // Five in a minute: what the platform's binding of these tests allows.
  shape: { perUnitMs: 12_000, burst: 5 },
  ...rest,
});

export interface LimiterTraits {
  /** It tells only whether something is left. */
  readonly tellsNoNumbers?: boolean;
}

export function limiterContract(
  name: string,
  make: () => Limiter,
  { tellsNoNumbers = false }: LimiterTraits = {},
): void {
  describe(`${name} keeps the contract of limiters`, () => {
    const take = async (limiter: Limiter, withdrawal: Withdrawal): Promise<Allowance> => {
      const taken = await limiter.take(withdrawal);
      if (!taken.ok) throw new Error(taken.error.message);
      return taken.value;
    };
    const admitted = async (limiter: Limiter, withdrawal: Withdrawal, times: number): Promise<number> => {
      let count = 0;
      for (let at = 0; at < times; at++) if ((await take(limiter, withdrawal)).admitted) count++;
      return count;
    };

    it("admits as many as the bucket holds, and refuses the next", async () => {
      const limiter = make();
      const withdrawal = aWithdrawal();
      expect(await admitted(limiter, withdrawal, 5)).toBe(5);
      expect(await take(limiter, withdrawal)).toMatchObject({ admitted: false });
    });

    it("admits as many of requests that come at the same time", async () => {
      const limiter = make();
      const withdrawal = aWithdrawal();
      const all = await Promise.all(Array.from({ length: 20 }, () => take(limiter, withdrawal)));
      expect(all.filter((one) => one.admitted)).toHaveLength(5);
    });

    it("tells what is left, and when a refused request may come again", async () => {
      const limiter = make();
      const withdrawal = aWithdrawal();
      const first = await take(limiter, withdrawal);
      expect(first.remaining).toBe(tellsNoNumbers ? undefined : 4);
      expect(first.retryAfterMs).toBe(0);
      expect(first.fullInMs).toBeGreaterThan(0);
      await admitted(limiter, withdrawal, 4);
      const { retryAfterMs } = await take(limiter, withdrawal);
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(tellsNoNumbers ? 60_000 : 12_000);
    });

    it("counts each client and each limit apart", async () => {
      const limiter = make();
      const withdrawal = aWithdrawal();
      await admitted(limiter, withdrawal, 6);
      expect(await admitted(limiter, { ...withdrawal, key: "192.0.2.2" }, 6)).toBe(5);
      expect(await admitted(limiter, { ...withdrawal, counts: `${withdrawal.counts} other` }, 6)).toBe(5);
      expect(await admitted(limiter, withdrawal, 1)).toBe(0);
    });

    it("takes any text for a key", async () => {
      const limiter = make();
      const texts = ["", "\n", "a b", "é\u{1f600}", "x".repeat(10_000), '"}', "%00"];
      const withdrawal = aWithdrawal();
      for (const key of texts) expect(await admitted(limiter, { ...withdrawal, key }, 6)).toBe(5);
    });

    it("charges what a response costs afterwards", async () => {
      const limiter = make();
      const withdrawal = aWithdrawal();
      await limiter.charge({ ...withdrawal, cost: 3 });
      expect(await admitted(limiter, withdrawal, 6)).toBe(2);
    });
  });
}
