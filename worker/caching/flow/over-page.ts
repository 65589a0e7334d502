// Would an error that is about to be stored replace something better? A page requested at the same time may have been stored
// since the error's request looked. supersede.ts decides what is better.

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
  // Without selectors the error would replace the index, and all variants would be unreachable.
  if (held.entry.kind === "variants") return placeOf(key, selectors) === key;
  return held.entry.kind === "response" && isWorseThan(held.entry, entry.status, ports.now());
}
