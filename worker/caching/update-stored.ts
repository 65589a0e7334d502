// A newer message tells that what is stored still holds: it takes over the message's fields and starts a new life.
// Flow: what is taken over is freshen.ts's.
import { type Body } from "../message.ts";
import type { Ports } from "../ports.ts";
import type { OriginAnswer } from "./ask-origin.ts";
import type { Demand } from "./demand.ts";
import type { StoredResponseWithBody } from "./entry.ts";
import type { Found } from "./find-stored.ts";
import type { Landing } from "./flights.ts";
import { headAgrees, mergeHeaders } from "./freshen.ts";
import { forget, keep, selectorValues } from "./keep.ts";
import type { LookupPlan } from "./plan.ts";
import { inTwo } from "./store-reply.ts";
import { toEntry } from "./to-entry.ts";

export interface Update {
  readonly found: Extract<Found, { kind: "response" }>;
  readonly plan: LookupPlan;
  readonly demand: Demand;
  /** The fields of the newer message. */
  readonly notModified: Headers;
  readonly answer: OriginAnswer;
}

export interface Updated {
  readonly stored: StoredResponseWithBody;
  readonly landing: Landing;
}

/** A 304: the stored response with the newer fields, for the client; the store learns of it in the background. */
export function updateStored(update: Update, ports: Ports): Updated {
  const { stored } = update.found;
  const [forClient, forStore] = inTwo(stored.body);
  const { entry, selectors } = rejuvenated(update);
  ports.background(
    keep({ key: update.plan.key, rules: update.plan.rules, entry, selectors }, forStore, ports),
  );
  const shareable = entry.terms.freshForMs > 0 && !entry.terms.alwaysRevalidate && entry.part === null;
  const landing: Landing =
    shareable && stored.body instanceof Uint8Array
      ? { kind: "shared", entry, bytes: stored.body, selectors }
      : { kind: "not-shared" };
  return { stored: { entry, body: forClient }, landing };
}

/** A HEAD's 200 freshens what it agrees with, and makes what it contradicts worthless (RFC 9111 §4.3.5). */
export async function updateByHead(update: Update, ports: Ports): Promise<void> {
  const { found, plan, notModified } = update;
  if (found.stored.entry.status !== 200) return;
  if (!headAgrees(found.stored.entry, notModified)) return forget(plan.key, ports);
  const { entry, selectors } = rejuvenated(update);
  await keep({ key: plan.key, rules: plan.rules, entry, selectors }, found.stored.body as Body, ports);
}

function rejuvenated({ found, plan, demand, notModified, answer }: Update) {
  const { entry: old } = found.stored;
  const headers = new Headers(mergeHeaders(old.headers, notModified) as [string, string][]);
  // An Age or Date of the stored message says nothing of the newer one.
  if (!notModified.has("age")) headers.delete("age");
  if (!notModified.has("date")) headers.delete("date");
  const { requestedAt, receivedAt } = answer;
  const entry = toEntry(
    { status: old.status, statusText: old.statusText, headers, requestedAt, receivedAt },
    plan.rules,
    old.part,
  );
  return { entry, selectors: selectorValues(headers, demand.asked, plan.rules) };
}
