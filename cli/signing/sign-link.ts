// Signs a link or a cookie for a route with `auth: { signed: … }`, as worker/admission/flow/by-signature.ts verifies it.
import { createHmac } from "node:crypto";
import { canonicalAddress } from "../../shared/address.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { parseDurationMs } from "../../shared/site/units.ts";
import {
  codeOf,
  type Grant,
  grantPurpose,
  writeGrant,
} from "../../worker/admission/authentication/signed-grant.ts";
import {
  canonicalPath,
  canonicalQuery,
  mergeSlashes,
  pathAndQuery,
} from "../../worker/routing/canonical-target.ts";

export interface LinkOptions {
  /** How long it is good. */
  readonly for: string;
  readonly prefix?: true;
  readonly ip?: string;
  readonly subject?: string;
  readonly cookie?: true;
  readonly name: string;
}

export interface LinkKey {
  readonly secret: string;
  readonly site: string;
}

/** The link, or the value of the cookie. The error is a sentence. */
export function signedLink(
  url: URL,
  options: LinkOptions,
  { secret, site }: LinkKey,
  nowMs: number,
): Result<string, string> {
  const grant = grantOf(url, options, nowMs);
  if (!grant.ok) return grant;
  const text = writeGrant(grant.value);
  const key = createHmac("sha256", secret).update(grantPurpose(site)).digest("hex");
  const token = `${text}.${codeOf(createHmac("sha256", key).update(text).digest("base64"))}`;
  if (options.cookie) return ok(`${options.name}=${token}`);
  const signed = new URL(url);
  signed.hash = "";
  return ok(`${signed}${signed.search === "" ? "?" : "&"}${options.name}=${token}`.replace("??", "?"));
}

function grantOf(url: URL, options: LinkOptions, nowMs: number): Result<Grant, string> {
  const ms = parseDurationMs(options.for);
  if (!ms || ms < 1_000) return err("--for is a duration of a second at least: 30s, 5m, 1h or 7d");
  const ip = options.ip === undefined ? undefined : canonicalAddress(options.ip);
  if (options.ip !== undefined && ip === undefined) return err("--ip is an address: 192.0.2.1");
  const path = canonicalPath(url.pathname);
  if (!path.ok) return err("the path of the URL is one that the edge refuses");
  const target = mergeSlashes(path.value.path);
  if (options.prefix && (!target.endsWith("/") || url.search !== ""))
    return err("with --prefix the URL ends in a slash: https://shop.example.com/videos/");
  const query = canonicalQuery(url.search.slice(1));
  return ok({
    expires: Math.floor((nowMs + ms) / 1_000),
    host: url.host,
    ...(options.prefix
      ? { prefix: target }
      : { url: pathAndQuery({ path: target, query, loneMark: false }) }),
    ...(ip !== undefined && { ip }),
    ...(options.subject !== undefined && { subject: options.subject }),
  });
}
