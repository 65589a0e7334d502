// May the request go on? Undefined where it may; a "no" is a named refusal.
import type { Asked } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { isLoop } from "../rewriting/forwarded.ts";
import type { CompiledSite } from "../site.ts";
import { isTooLarge, MAX_HEADER_BYTES } from "./header-size.ts";

export function objectionToAdmitting(site: CompiledSite, asked: Asked): Refusal | undefined {
  if (isLoop(asked, site.name)) return { reason: "loop" };
  if (isTooLarge(asked.headers)) return { reason: "headers-too-large", maxBytes: MAX_HEADER_BYTES };
  return undefined;
}
