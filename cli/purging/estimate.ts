// What may a purge cost the origins? What the cache answers now, it cannot answer at first.
import type { AdminClient } from "../admin/admin-client.ts";
import type { Order } from "./orders.ts";
import type { PurgeWish } from "./purge-wish.ts";

/** Fewer hits are not worth a word. */
const MIN_HITS_PER_SECOND = 1;

/** Nothing for URLs, and nothing if nobody knows: a token that may only purge may not read. */
export async function estimateOf(
  client: AdminClient,
  { named, over }: PurgeWish,
  orders: readonly Order[],
): Promise<readonly string[]> {
  const [order] = orders;
  if (named.kind === "urls" || !order) return [];
  const tally = await client.call("getTally", { params: { site: order.site }, query: { last: "1m" } });
  if (!tally.ok) return [];
  const { counts, overMs } = tally.value.recent;
  if (overMs === 0) return [];
  const perSecond = (isMeant: (key: string) => boolean) =>
    Object.entries(counts.requests).reduce((sum, [key, count]) => sum + (isMeant(key) ? count : 0), 0) /
    (overMs / 1_000);
  const hits = perSecond((key) => key.split(" ")[1] === "hit");
  if (hits < MIN_HITS_PER_SECOND) return [];
  const rate = `${Math.round(hits)} of ${Math.round(perSecond(() => true))} requests/s`;
  const line = `the cache answers ${rate} of ${order.site} now; up to so many more may reach its origins at first`;
  return [over === "0s" ? `${line} (--over 10m spreads them)` : `${line}, spread over ${over}`];
}
