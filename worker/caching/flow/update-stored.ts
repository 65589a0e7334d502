// A newer message confirms a stored response. The response takes over the message's fields, and its freshness lifetime starts
// again. freshen.ts decides which fields.
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Body } from "../../message.ts";
import type { AsOf } from "../change-clock.ts";
import type { Demand } from "../demand.ts";
import { headersOf, type ResponseEntry, type StoredResponseWithBody } from "../entry.ts";
import type { Landing } from "../flights.ts";
import { holdsForTheKey } from "../law/collapsible.ts";
import { headAgrees, mergeHeaders } from "../law/freshen.ts";
import { isManifest } from "../law/parts.ts";
import type { LookupPlan } from "../law/plan.ts";
import { selectorValues } from "../law/selectors.ts";
import { objectionToSlicing } from "../law/slices.ts";
import { objectionToStoring, type StorageObjection } from "../law/storable.ts";
import { isOfThePage } from "../law/supersede.ts";
import { toEntry } from "../law/to-entry.ts";
import { type Found, forget, type Keeping, keep, lookingAt, placeOf, renew } from "../stockroom.ts";
import { type PurgePorts, revisionConfirmed } from "./against-purges.ts";
import type { OriginAnswer } from "./ask-origin.ts";
import { inTwo, type Kept } from "./store-reply.ts";

export interface Update {
  readonly found: Extract<Found, { kind: "response" }>;
  readonly plan: LookupPlan;
  readonly demand: Demand;
  /** The fields of the newer message. */
  readonly notModified: Headers;
  readonly answer: OriginAnswer;
  /** See `Keeping` in stockroom.ts. */
  readonly asOf: AsOf;
}

export interface Updated {
  readonly stored: StoredResponseWithBody;
  readonly landing: Landing;
  /** Settles when the store has kept or forgotten the response. */
  readonly written: Promise<void>;
  readonly kept: Kept;
}

/** After a 304: the client gets the stored response with the newer fields, and the store is updated in the background. */
export function updateStored(update: Update, ports: Ports): Updated {
  const { stored } = update.found;
  const { keeping, objection } = rejuvenated(update, ports);
  const { entry, selectors } = keeping;
  if (objection) {
    const written = withdraw(objection, update.plan.key, ports);
    ports.background(written);
    const updated = { entry, body: stored.body };
    const holds =
      objection !== "selector-unreadable" &&
      holdsForTheKey({ status: entry.status, objection }, update.demand.asked);
    const landing: Landing = { kind: holds ? "not-shared" : "failed" };
    return { stored: updated, landing, written, kept: { detail: objection } };
  }
  const { body, written } = write(keeping, update.found, ports);
  ports.background(written);
  const landing = landingOf(entry, stored.body, selectors);
  return { stored: { entry, body }, landing, written, kept: { stored: true } };
}

function landingOf(entry: ResponseEntry, body: Body, selectors: Keeping["selectors"]): Landing {
  if (isManifest(entry)) return { kind: "stored" };
  const shareable = entry.terms.freshForMs > 0 && !entry.terms.alwaysRevalidate && entry.part === null;
  if (!shareable) return { kind: "not-shared" };
  return body instanceof Uint8Array ? { kind: "shared", entry, bytes: body, selectors } : { kind: "stored" };
}

/** Under the same key only the entry is written. If Vary has changed, the key differs, and the body is stored there too. */
function write(
  keeping: Keeping,
  found: Update["found"],
  ports: Ports,
): { readonly body: Body; readonly written: Promise<void> } {
  const { body } = found.stored;
  if (placeOf(keeping.key, keeping.selectors) === found.at) {
    return { body, written: renew(keeping, found, ports) };
  }
  const [forClient, forStore] = inTwo(body);
  return { body: forClient, written: keep(keeping, forStore, ports) };
}

/** The 200 to a HEAD updates the stored response if both agree, and invalidates it if they do not (RFC 9111 §4.3.5). */
export async function updateByHead(update: Update, ports: Ports): Promise<void> {
  const { found, plan, notModified } = update;
  if (found.stored.entry.status !== 200) return;
  if (!headAgrees(found.stored.entry, notModified)) return forget(plan.key, ports);
  const { keeping, objection } = rejuvenated(update, ports);
  if (objection) return withdraw(objection, plan.key, ports);
  const { body, written } = write(keeping, found, ports);
  letGo(body, ports);
  await written;
}

function rejuvenated({ found, plan, demand, notModified, answer, asOf }: Update, ports: PurgePorts) {
  const { entry: old } = found.stored;
  const headers = headersOf(mergeHeaders(old.headers, notModified));
  // Age and Date of the stored message do not apply to the newer one.
  if (!notModified.has("age")) headers.delete("age");
  if (!notModified.has("date")) headers.delete("date");
  const { requestedAt, receivedAt } = answer;
  const looking = lookingAt(found.at, { rules: plan.rules, host: demand.asked.host });
  const revision = revisionConfirmed(old, answer.revision, looking, ports);
  const { status, statusText } = old;
  const received = { status, statusText, headers, requestedAt, receivedAt, revision };
  const entry = toEntry(received, plan.rules, old.resource, old.part);
  const objection = isManifest(old)
    ? objectionToSlicing(received, { demand, rules: plan.rules }, entry.terms)
    : objectionToStoring({
        method: "GET", // a HEAD tells what a GET would return
        requestHeaders: demand.ask().headers,
        path: demand.asked.path,
        status: old.status,
        headers,
        terms: () => entry.terms,
        rules: plan.rules,
        contentLocationIsTarget: false,
      });
  const selectors = selectorValues(headers, demand, plan.rules);
  return {
    keeping: {
      key: plan.key,
      rules: plan.rules,
      host: demand.asked.host,
      entry,
      selectors: selectors ?? {},
      asOf,
    },
    objection: objection ?? (selectors ? undefined : ("selector-unreadable" as const)),
  };
}

/**
 * The newer message may not be stored. If the reason is in the message (private, no-store, a cookie), the stored response may
 * no longer be shared. If the reason is in this request, nothing has changed for other clients.
 */
async function withdraw(
  objection: StorageObjection | "selector-unreadable",
  key: string,
  ports: Pick<Ports, "store">,
): Promise<void> {
  if (objection !== "selector-unreadable" && isOfThePage(objection)) await forget(key, ports);
}
