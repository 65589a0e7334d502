// Waits until every data centre with traffic has confirmed a purge. One without does not hear of it before its next request, and that
// request asks first.

import type { AnswerOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { AdminClient, AdminFailure } from "../admin/admin-client.ts";

export type Receipt = AnswerOf<Operations["getReceipt"]>;

const LOOK_EVERY_MS = 500;
/** An isolate with traffic reports within seconds. One that has not reported for a minute is not waited for in any case. */
const WITHIN_MS = 90_000;

export async function awaitReceipt(
  client: AdminClient,
  { site, revision }: { readonly site: string; readonly revision: number },
  withinMs = WITHIN_MS,
): Promise<Result<Receipt, AdminFailure>> {
  const until = Date.now() + withinMs;
  for (;;) {
    const receipt = await client.call("getReceipt", { params: { site, revision: String(revision) } });
    if (!receipt.ok && receipt.error.reason !== "keeper-unavailable") return receipt;
    if (receipt.ok && (receipt.value.isComplete || receipt.value.isSettled)) return ok(receipt.value);
    if (Date.now() >= until)
      return err({ reason: "no-receipt", sentence: whatIsMissing(site, receipt, withinMs) });
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function whatIsMissing(site: string, receipt: Result<Receipt, AdminFailure>, withinMs: number): string {
  const within = `within ${withinMs / 1_000} s`;
  const inForce = `the purge of ${site} is in force`;
  if (!receipt.ok) return `${inForce}, but no receipt came ${within}: ${receipt.error.sentence}`;
  const missing = receipt.value.places
    .filter(({ confirmedAt }) => confirmedAt === null)
    .map(({ place }) => place);
  const who = missing.length === 0 ? "not every data centre" : missing.join(", ");
  return missing.length === 0
    ? `${inForce}, but ${who} could be heard ${within}`
    : `${inForce}, but not confirmed ${within} by ${who}`;
}
