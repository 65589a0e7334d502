// Takes a host out of the store, and with the first host of a site the whole site. The error is a sentence: nothing was removed.
import { ok, type Result } from "../../shared/result.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { textsOf } from "../../shared/site/version-retention.ts";
import { removeTexts } from "./remove-texts.ts";
import type { SiteStore, Written } from "./site-store.ts";
import { standingSite } from "./standing-site.ts";
import { pointerIn, seenAt } from "./what-is-stored.ts";
import { bothWritten } from "./written.ts";

export interface HostRemoval {
  readonly site: string;
  readonly written: Written;
}

/** Undefined if the store has nothing under the host. */
export async function removeHostFrom(
  store: SiteStore,
  host: string,
): Promise<Result<HostRemoval, string> | undefined> {
  const own = await store.read([siteKey(host)]);
  if (!own.ok) return own;
  const text = own.value.get(siteKey(host)) ?? null;
  if (text === null) return undefined;
  const target = pointerIn(text);
  if (target !== undefined)
    return ok({ site: target, written: await store.remove([siteKey(host)], own.value) });
  const record = (await standingSite(host, own.value))?.record;
  const others = (record?.hosts ?? []).filter((other) => other !== host).map(siteKey);
  const pointers = await store.read(others);
  if (!pointers.ok) return pointers;
  const ours = others.filter((key) => pointerIn(pointers.value.get(key) ?? "") === host);
  // First what is served: after the record of a site its pointers lead nowhere, and its texts are of no use. What somebody else has
  // published meanwhile stays.
  let written = await store.remove([siteKey(host)], own.value);
  if (written.failure === undefined && record) {
    const texts = await removeTexts(store, textsOf(record), new Map([[siteKey(host), null]]));
    written = bothWritten(written, texts.written);
  }
  if (written.failure === undefined && ours.length > 0)
    written = bothWritten(written, await store.remove(ours, seenAt(ours, pointers.value)));
  return ok({ site: host, written });
}
