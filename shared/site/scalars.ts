// The scalar types of a site file: durations, sizes, header names and so on.

import { doc } from "#doc";
import { canonicalAddress, canonicalIpv6 } from "../address.ts";
import * as z from "../zod.ts";
import { didYouMean } from "./did-you-mean.ts";
import { MAX_HOST_LENGTH, MAX_WILDCARD_LABELS } from "./hosts.ts";
import { parseDurationMs, parsePercent, parseSizeBytes } from "./units.ts";

/** Rejects a text to which there is an objection, which becomes the message. For `superRefine`. */
export const rejectedBy =
  (objectionTo: (text: string) => string | undefined) =>
  (text: string, context: { addIssue(message: string): void }): void => {
    const message = objectionTo(text);
    if (message !== undefined) context.addIssue(message);
  };

/** As written in a site file: `10ms`. */
interface Bounds {
  readonly least: string;
  readonly most: string;
}

/** A transform that rejects text it cannot parse, with a message that says how to write it. */
const measured = (parse: (text: string) => number | undefined, message: string, { least, most }: Bounds) => {
  const min = Number(parse(least));
  const max = Number(parse(most));
  return z.string(message).transform((text, context) => {
    const value = parse(text);
    if (value === undefined) context.addIssue(message);
    else if (value < min) context.addIssue(`is too small; write at least ${least}`);
    else if (value > max) context.addIssue(`is too large; write at most ${most}`);
    else return value;
    return z.NEVER;
  });
};

const NOT_A_DURATION = "is not a duration; write a number and a unit: 500ms, 30s, 5m, 1h or 7d";

/** `500ms 30s 5m 1h 7d` → milliseconds. */
export const durationWithin = (bounds: Bounds) =>
  measured(parseDurationMs, NOT_A_DURATION, bounds)
    .meta({ title: "duration" })
    .meta(doc({ examples: ["30s", "1h"] }));

/** A duration, or `off` for no limit. */
export const durationOrOff = (bounds: Bounds) =>
  z.union([durationWithin(bounds), z.literal("off")], NOT_A_DURATION);

/** At most the 2^31 seconds that a cache must be able to represent (RFC 9111 §1.2.2). */
export const duration = durationWithin({ least: "0s", most: "24855d" });

/** `64KiB 10MiB` → bytes. */
export const sizeWithin = (bounds: Bounds) =>
  measured(parseSizeBytes, "is not a size; write a number and a unit: 512B, 64KiB, 10MiB or 1GiB", bounds)
    .meta({ title: "size" })
    .meta(doc({ examples: ["64KiB", "10MiB"] }));

/** Small enough for a number to count bytes exactly. */
export const size = sizeWithin({ least: "0B", most: "1024GiB" });

/** `50%` → 0.5. */
export const percentWithin = (bounds: Bounds) =>
  measured(parsePercent, "is not a percentage; write a number and a percent sign: 50%", bounds)
    .meta({ title: "percentage" })
    .meta(doc({ examples: ["50%"] }));

/** A field name (RFC 9110 §5.1), converted to lower case. */
export const headerName = z
  .string()
  // A name may contain a star, but in practice none does: `x-*` is meant as everything that begins with x-.
  .regex(/^[!#$%&'+.^_`|~0-9A-Za-z-]+$/, {
    error: ({ input }) =>
      String(input).includes("*")
        ? "has a *, which has no special meaning in a header name; write each name out"
        : "is not a header name; letters, digits and hyphens only",
  })
  .transform((name) => name.toLowerCase())
  .meta({ title: "header name" });

/**
 * A field value (RFC 9110 §5.5): no line break or other control character may get into a header. Outside ASCII a field
 * has only bytes, not characters: the runtime would write UTF-8, and most clients read Latin-1.
 */
export const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, {
  error: ({ input }) =>
    /[\0-\x08\x0a-\x1f\x7f]/.test(String(input))
      ? "has a control character, which no header value may contain"
      : "has a character outside ASCII, which a header cannot carry; write it percent-encoded (%E6%97%A5), or leave it out",
});

/** The edge itself sets Host and the fields that describe the connection (RFC 9110 §7.6.1). */
export const EDGE_OWNED = new Set([
  "host",
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** A field that a site may change: any except those that frame the message. */
export const editableHeaderName = headerName.refine(
  (name) => !EDGE_OWNED.has(name),
  "belongs to the edge, which sets it for each connection; remove it",
);

/** An absolute URL. If it is missing, the message says that instead. */
export const httpUrl = (message: string) =>
  z.url({ protocol: /^https?$/, error: (issue) => (issue.input === undefined ? undefined : message) });

export function holdsCredentials(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.username !== "" || url.password !== "");
}

/** `10.0.0.0/8`, or a single address. */
export const addressRange = z
  .union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
    error: "is not an address or a range such as 10.0.0.0/8",
  })
  .meta({ title: "address or range" })
  .meta(doc({ examples: ["10.0.0.0/8", "2001:db8::1"] }));

/**
 * A single address, in a spelling that is unambiguous: `127.1` and `010.0.0.1` mean different hosts to different
 * parsers.
 */
export const address = z
  .string()
  .transform((text, context) => {
    const canonical = canonicalAddress(text);
    if (canonical !== undefined) return canonical;
    const message =
      "is not an address; write four decimal numbers (192.0.2.1) or an IPv6 address (2001:db8::1)";
    context.addIssue(message);
    return z.NEVER;
  })
  .meta({ title: "address" })
  .meta(doc({ examples: ["192.0.2.1", "2001:db8::1"] }));

/** `shop.example.com`, `*.example.com` or `*`. */
export const hostPattern = z
  .string()
  .max(MAX_HOST_LENGTH, `is longer than a host can be (${MAX_HOST_LENGTH} characters)`)
  .transform((host) => host.toLowerCase())
  .refine(
    (host) =>
      host === "*" ||
      /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(host),
    "is not a host; write shop.example.com, *.example.com or *, without scheme, port or path",
  )
  .refine(
    (host) => !host.startsWith("*.") || host.split(".").length - 1 <= MAX_WILDCARD_LABELS,
    `is too long for a wildcard; write at most ${MAX_WILDCARD_LABELS} labels after the star`,
  )
  .meta({ title: "host" });

/** An IPv6 address is in brackets, of which a star may stand for either. */
const HOST_TEXT = /^(?:[a-z0-9_.*-]*[a-z0-9_*-]|\[[0-9a-f:.*]+\]|\[[0-9a-f:.*]*\*|\*[0-9a-f:.*]*\])$/;

/** The text that a host is compared with, `*` for any text. In the spelling that hosts have at that point. */
export const hostText = z
  .string()
  .transform((written, context) => {
    const host = written.toLowerCase();
    const [, inBrackets] = /^\[([^*]*)\]$/.exec(host) ?? [];
    if (inBrackets === undefined) return host;
    const address = canonicalIpv6(inBrackets);
    if (address !== undefined) return `[${address}]`;
    const message = "never matches: only an IPv6 address is in brackets; write [2001:db8::1]";
    context.addIssue(message);
    return z.NEVER;
  })
  .superRefine(rejectedBy(objectionToHostText))
  .meta({ title: "part of a host" });

function objectionToHostText(host: string): string | undefined {
  if (HOST_TEXT.test(host)) return undefined;
  const ascii = /[^\0-\x7f]/.test(host) ? URL.parse(`http://${host}/`)?.hostname : undefined;
  return ascii === undefined
    ? "never matches: hosts are compared without scheme, port, path and trailing dot; write shop.example.com"
    : `never matches: hosts are compared in ASCII; write ${ascii}`;
}

/** A name that appears in logs and in a cookie. */
export const id = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "is not an id; use letters, digits, '.', '_' and '-', at most 64",
  )
  .meta({ title: "id" });

/** ISO 3166-1 alpha-2, as Cloudflare gives it (T1 is Tor, XX unknown). */
export const country = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]$/, "is not a country; write its two-letter code: DE, FR, US")
  .transform((code) => code.toUpperCase())
  .meta({ title: "country" });

/** The number of a network (autonomous system): 32 bits, RFC 6793. */
export const asn = z
  .number()
  .int()
  .min(0, "is not the number of a network; write 13335 for AS13335")
  .max(4_294_967_295, "is not the number of a network: it has at most 32 bits")
  .meta({ title: "number of a network" });

/** The methods that the runtime accepts. It answers any other with 501 before the edge sees the request. */
const METHODS: ReadonlySet<string> = new Set([
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY", "TRACE", "CONNECT"],
  ...[
    "PURGE",
    "BAN",
    "COPY",
    "LOCK",
    "MKCOL",
    "MOVE",
    "PROPFIND",
    "PROPPATCH",
    "SEARCH",
    "UNLOCK",
    "ACL",
    "REPORT",
  ],
  ...["MKACTIVITY", "CHECKOUT", "MERGE", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE"],
]);

export const method = z
  .string()
  .regex(/^[A-Za-z][A-Za-z-]*$/, "is not a method; write GET, POST, …")
  .transform((name) => name.toUpperCase())
  .superRefine(rejectedBy(objectionToMethod))
  .meta({ title: "method" });

function objectionToMethod(name: string): string | undefined {
  if (METHODS.has(name)) return undefined;
  const hint = didYouMean(name, [...METHODS]);
  const message = "is not a method that the runtime accepts, so no request can have it";
  return hint === undefined ? message : `${message}; ${hint}`;
}

/** One or several: `GET` or `[GET, POST]`. The parsed value is always a list. */
export const oneOrMore = <T extends z.ZodType>(type: T) =>
  z
    .union([type, z.array(type).min(1, "is empty; name at least one, or leave the key out")])
    .transform((value) => (Array.isArray(value) ? (value as z.output<T>[]) : [value as z.output<T>]));
