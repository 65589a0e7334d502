// An error is about to be stored: is there something better under its key by now? A page that was asked for at the same
// time may have been stored since the error's own request looked. Flow: what is worse supersede.ts decides.

import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import { isWorseThan } from "../law/supersede.ts";
import { heldAt, type Keeping, placeOf } from "../stockroom.ts";

export async function isOverPage(
  { key, entry, selectors }: Keeping,
  ports: Pick<Ports, "store" | "now" | "background">,
): Promise<boolean> {
  const held = await heldAt(key, ports);
  if (!held) return false;
  letGo(held.body, ports);
  // Without selectors it would take the place of the index, and all variants would be out of reach.
  if (held.entry.kind === "variants") return placeOf(key, selectors) === key;
  return held.entry.kind === "response" && isWorseThan(held.entry, entry.status, ports.now());
}
