// What does a call of `headgate purge` name? Pure.
import { err, ok, type Result } from "../../shared/result.ts";
import { parseDurationMs } from "../../shared/site/units.ts";
import { MAX_SPREAD_MS } from "../../worker/keeping/purge-command.ts";

export interface PurgeOptions {
  readonly prefix?: string;
  readonly tag?: string;
  readonly all?: true;
  readonly host?: string;
  readonly site?: string;
  readonly soft?: true;
  readonly over?: string;
}

/** What the admin API is sent, but for the URLs, which may belong to several sites. */
export interface PurgeWish {
  readonly named:
    | { readonly kind: "urls"; readonly urls: readonly string[] }
    | { readonly kind: "prefix"; readonly prefix: string }
    | { readonly kind: "tag"; readonly tag: string; readonly host: string | undefined }
    | { readonly kind: "all"; readonly host: string | undefined };
  /** By its name; undefined if the URLs or the host tell. */
  readonly site: string | undefined;
  readonly mode: "hard" | "soft";
  readonly over: string;
}

/** The error is a sentence. */
export function readWish(urls: readonly string[], options: PurgeOptions): Result<PurgeWish, string> {
  const { prefix, tag, all, host, site, soft, over = "0s" } = options;
  const named = [
    urls.length > 0 && "URLs",
    prefix !== undefined && "--prefix",
    tag !== undefined && "--tag",
    all && "--all",
  ].filter((one): one is string => typeof one === "string");
  if (named.length === 0 && host === undefined)
    return err("name what to purge: URLs, --prefix URL, --tag TAG, --host HOST or --all");
  if (named.length > 1) return err(`${named.join(" and ")} cannot stand together; purge one after the other`);
  if (host !== undefined && (urls.length > 0 || prefix !== undefined))
    return err("--host belongs to --tag or --all, or stands alone; a URL names its host itself");
  if (site !== undefined && (host !== undefined || (tag === undefined && !all)))
    return err("--site belongs to --tag or --all without --host; a host belongs to one site");
  const ms = parseDurationMs(over);
  if (ms === undefined || ms > MAX_SPREAD_MS)
    return err(`--over ${over}: write a duration such as 10m, up to 7d`);
  for (const url of [...urls, ...(prefix === undefined ? [] : [prefix])]) {
    if (!URL.canParse(url) || !/^https?:\/\//i.test(url))
      return err(`not a whole URL, with http:// or https:// in front: ${url}`);
  }
  if (prefix !== undefined && !/^https?:\/\/[^/?#]+\//i.test(prefix))
    return err(
      `--prefix ${prefix}: a prefix ends with a slash, or names a path; for the whole host: --all --host ${URL.parse(prefix)?.hostname}`,
    );
  const mode = soft ? "soft" : "hard";
  if (prefix !== undefined) return ok({ named: { kind: "prefix", prefix }, site, mode, over });
  if (tag !== undefined) return ok({ named: { kind: "tag", tag, host }, site, mode, over });
  if (urls.length > 0) return ok({ named: { kind: "urls", urls }, site, mode, over });
  return ok({ named: { kind: "all", host }, site, mode, over });
}
