// What does the signature of a link or a cookie grant, and does it cover this request? The text is signed as it stands, and read only
// after its code has been found right. Pure: flows compute the codes.
import { forUrls, fromBase64, notForUrls, toBase64 } from "../../../shared/base64.ts";
import type { Asked } from "../../message.ts";
import { destinationIn, writtenBeside } from "../../rewriting/other-urls.ts";
import { pathAndQuery } from "../../routing/canonical-target.ts";
import { withoutParameter } from "./without-credentials.ts";

export interface Grant {
  /** Seconds since 1970. */
  readonly expires: number;
  readonly host: string;
  /** One URL, in the spelling of the edge: path and query. */
  readonly url?: string;
  /** Or all paths that begin with this one, which ends in a slash. */
  readonly prefix?: string;
  /** Only from this address. */
  readonly ip?: string;
  readonly subject?: string;
}

export interface SignedText {
  /** What has been signed. */
  readonly text: string;
  /** In Base64, without padding and safe in a URL. */
  readonly code: string;
}

/** For what the key is derived. Without it a code for one site, or of another kind, could be used here. */
export const grantPurpose = (site: string): string => `headgate signed ${site}`;

/** Undefined if it cannot be one. */
export function readSigned(token: string): SignedText | undefined {
  const [, text, code] = /^([\w-]{1,4096})\.([\w-]{43})$/.exec(token) ?? [];
  return text === undefined || code === undefined ? undefined : { text, code };
}

/** As the code stands in a token; `mac` is in Base64. */
export const codeOf = (mac: string): string => forUrls(mac);

export const writeGrant = (grant: Grant): string =>
  forUrls(toBase64(new TextEncoder().encode(JSON.stringify(shortened(grant)))));

const shortened = ({ expires, host, url, prefix, ip, subject }: Grant) => ({
  e: expires,
  h: host,
  u: url,
  p: prefix,
  a: ip,
  s: subject,
});

/** Only of a text whose code was right. Undefined if it is none all the same. */
export function readGrant(text: string): Grant | undefined {
  try {
    const json = new TextDecoder().decode(fromBase64(notForUrls(text)));
    const { e: expires, h: host, u: url, p: prefix, a: ip, s: subject } = JSON.parse(json) ?? {};
    const isOne = isNumber(expires) && isText(host) && isText(url) !== isText(prefix);
    const isWhole = [url, prefix, ip, subject].every((part) => part === undefined || isText(part));
    return isOne && isWhole ? { expires, host, url, prefix, ip, subject } : undefined;
  } catch {
    return undefined;
  }
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

export type GrantObjection = "expired" | "other-host" | "other-url" | "other-address";

/** `query`: the parameter that had the signature, which is not part of the URL that was signed. */
export function objectionToGrant(
  { expires, host, url, prefix, ip }: Grant,
  asked: Asked,
  { query, now }: { readonly query: string; readonly now: number },
): GrantObjection | undefined {
  if (expires * 1_000 <= now) return "expired";
  if (host !== asked.authority) return "other-host";
  if (ip !== undefined && ip !== asked.client.ip) return "other-address";
  // MOVE and COPY write to another URL as well. One URL that was signed never covers two.
  if (destinationIn(asked) !== undefined && !isBelow(prefix, writtenBeside(asked))) return "other-url";
  if (prefix !== undefined) return isBelow(prefix, asked) ? undefined : "other-url";
  const own = pathAndQuery({ ...asked, query: withoutParameter(asked.query, query), loneMark: false });
  return url === own ? undefined : "other-url";
}

const isBelow = (prefix: string | undefined, url: Asked | undefined): boolean =>
  prefix !== undefined && url?.path.startsWith(prefix) === true;
