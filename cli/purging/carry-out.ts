// Gives orders to purge, and waits for their receipts. Nothing waits for a receipt until all is purged.
import type { AdminClient, AdminFailure } from "../admin/admin-client.ts";
import { awaitReceipt } from "./await-receipt.ts";
import type { Order } from "./orders.ts";
import type { PurgeDone } from "./purge-report.ts";

interface CarriedOut {
  readonly done: readonly PurgeDone[];
  /** The first one. What is done was purged all the same. */
  readonly failure: AdminFailure | undefined;
}

export async function carryOut(
  orders: readonly Order[],
  client: AdminClient,
  waits: boolean,
): Promise<CarriedOut> {
  const startedAt = Date.now();
  const done: PurgeDone[] = [];
  let failure: AdminFailure | undefined;
  for (const { site, body } of orders) {
    const purged = await client.call("purge", { params: { site }, body });
    if (!purged.ok) {
      failure = purged.error;
      break;
    }
    done.push({ site, revision: purged.value.revision, urls: body.urls?.length ?? 0, receipt: null });
  }
  if (!waits) return { done, failure };

  // Who has confirmed the last revision of a site has confirmed the ones before.
  const lastRevisions = new Map(done.map(({ site, revision }) => [site, revision]));
  const receipts = new Map(
    await Promise.all(
      [...lastRevisions].map(async ([site, revision]) => {
        const receipt = await awaitReceipt(client, { site, revision });
        return [site, { receipt, afterMs: Date.now() - startedAt }] as const;
      }),
    ),
  );
  for (const { receipt } of receipts.values()) if (!receipt.ok) failure ??= receipt.error;
  return { done: done.map((one) => ({ ...one, receipt: receiptOf(receipts.get(one.site)) })), failure };
}

function receiptOf(
  got: { receipt: Awaited<ReturnType<typeof awaitReceipt>>; afterMs: number } | undefined,
): PurgeDone["receipt"] {
  if (!got?.receipt.ok) return null;
  const places = got.receipt.value.places.map(({ place, confirmedAt }) => ({ place, confirmedAt }));
  return { places, afterMs: got.afterMs };
}
