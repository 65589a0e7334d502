// What stands under a key now? Another request or isolate may have stored something since this request looked, so it looks again
// before it stores a part of a file, or an error.
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { StoredResponseWithBody } from "../entry.ts";
import { joinParts } from "../law/combine.ts";
import { type Arrival, fateOfPart } from "../law/parts.ts";
import { isWorseThan } from "../law/supersede.ts";
import { heldAt, type Keeping, keep, type LookPorts, lookingAt, placeOf, wouldTake } from "../stockroom.ts";

/**
 * Stores a part of a file. Another request or isolate may have stored something since this request looked, so it looks
 * again. parts.ts decides what happens to the two.
 */
export async function keepPart(
  keeping: Keeping,
  bytes: Uint8Array,
  requestedAt: number,
  ports: Ports,
): Promise<void> {
  const received = { entry: keeping.entry, body: bytes };
  const there = await storedNow(keeping, ports);
  if (!there) return keep(keeping, bytes, ports);
  const arrival = arrivalOf(keeping, requestedAt, ports);
  const fate = fateOfPart(received.entry, there.entry, arrival);
  const kept = fate === "joins" ? joinParts(there, received) : received;
  letGo(there.body, ports);
  if (!kept || fate === "gives-way") return;
  const isTooLarge = kept.body instanceof Uint8Array && kept.body.length > keeping.rules.maxObjectBytes;
  if (isTooLarge || !wouldTake(placeOf(keeping.key, keeping.selectors), kept.entry, ports)) return;
  return keep({ ...keeping, entry: kept.entry }, kept.body, ports);
}

export const arrivalOf = (
  { rules }: Pick<Keeping, "rules">,
  requestedAt: number,
  { now }: Pick<Ports, "now">,
): Arrival => ({ now: now(), requestedAt, sliced: rules.sliceBytes !== undefined });

/** The entry that the part would replace: under the cache key itself, or as the part's own variant. */
export async function storedNow(
  keeping: Pick<Keeping, "key" | "selectors" | "rules" | "host">,
  ports: LookPorts,
): Promise<StoredResponseWithBody | undefined> {
  const { key, selectors } = keeping;
  const at = placeOf(key, selectors);
  for (const place of new Set([key, at])) {
    const stored = await heldAt(lookingAt(place, keeping), ports);
    if (stored?.entry.kind === "response" && stored.entry.keepUntil > ports.now()) {
      return { ...stored, entry: stored.entry };
    }
  }
  return undefined;
}

/**
 * Would an error that is about to be stored replace something better? A page requested at the same time may have been stored
 * since the error's request looked. supersede.ts decides what is better.
 */
export async function isOverPage(keeping: Keeping, ports: LookPorts): Promise<boolean> {
  const { key, entry, selectors } = keeping;
  const held = await heldAt(lookingAt(key, keeping), ports);
  if (!held) return false;
  letGo(held.body, ports);
  // Without selectors the error would replace the index, and all variants would be unreachable.
  if (held.entry.kind === "variants") return placeOf(key, selectors) === key;
  return held.entry.kind === "response" && isWorseThan(held.entry, entry.status, ports.now());
}
