// What does a purge name, if it is given as the URL that clients use? The same as a request for the URL would be: it is read like a
// request, and its cache keys are those of every route that could answer it.
import { err, ok, type Result } from "../../../shared/result.ts";
import type { PurgeTarget, PurgeTargetFault } from "../../keeping/purge-command.ts";
import type { Asked } from "../../message.ts";
import { readUrl } from "../../routing/read-url.ts";
import type { CompiledSite } from "../../site.ts";
import { keysOfUrl } from "./invalidation.ts";
import { urlOf } from "./key.ts";

export type UrlObjection = {
  readonly reason:
    | PurgeTargetFault
    /** No route would store a response for it. */
    | "purge-url-not-cached";
};

/**
 * A URL names all its variants, ranges and slices, over https and plain http. Several targets if routes leave different parts of the
 * URL out of their keys.
 */
export function targetsOfUrl(site: CompiledSite, url: string): Result<readonly PurgeTarget[], UrlObjection> {
  const asked = askedBy(url);
  if (!asked) return err({ reason: "bad-purge-url" });
  const keys = new Set(keysOfUrl(site, asked, asked).map(urlOf));
  if (keys.size === 0) return err({ reason: "purge-url-not-cached" });
  return ok([...keys].map((key) => ({ by: "url", key })));
}

/** `https://shop.example.com/assets`: its host, and everything below its path. The path must be written, even if it is a slash. */
export function targetOfPrefix(url: string): Result<PurgeTarget, UrlObjection> {
  if (!/^https?:\/\/[^/?#]+\/[^?#]*$/.test(url)) return err({ reason: "bad-purge-prefix" });
  const asked = askedBy(url);
  if (!asked) return err({ reason: "bad-purge-prefix" });
  return ok({ by: "prefix", host: asked.host, path: asked.path });
}

/** As entries spell it: in lower case, without a port and without a trailing dot. */
export function hostToPurge(text: string): Result<string, UrlObjection> {
  const asked = /^[^/?#\s]+$/.test(text) ? askedBy(`https://${text}/`) : undefined;
  return asked ? ok(asked.host) : err({ reason: "bad-purge-host" });
}

/** In canonical form. A fragment is no part of a request. */
function askedBy(text: string): Asked | undefined {
  const [url = ""] = text.split("#");
  if (!/^https?:\/\//.test(url)) return undefined;
  const read = readUrl(url);
  return read.ok ? read.value : undefined;
}
