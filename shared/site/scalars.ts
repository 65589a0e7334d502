// The scalar types of a site file: what a duration, a size, a header name, … may look like.
import * as z from "zod";
import { MAX_HOST_LENGTH, MAX_WILDCARD_LABELS } from "./host-limits.ts";
import { parseDurationMs, parseSizeBytes } from "./units.ts";

/** A transform that refuses what it cannot read, with the message that says how to write it. */
const measured = (parse: (text: string) => number | undefined, message: string) =>
  z.string(message).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  });

/** `500ms 30s 5m 1h 7d` → milliseconds. */
export const duration = measured(
  parseDurationMs,
  "is not a duration; write a number and a unit: 500ms, 30s, 5m, 1h or 7d",
).meta({ title: "duration", examples: ["30s", "1h"] });

/** `64KiB 10MiB` → bytes. */
export const size = measured(
  parseSizeBytes,
  "is not a size; write a number and a unit: 512B, 64KiB, 10MiB or 1GiB",
).meta({ title: "size", examples: ["64KiB", "10MiB"] });

/** A field name (RFC 9110 §5.1), kept in lower case. */
export const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "is not a header name; letters, digits and hyphens only")
  .transform((name) => name.toLowerCase())
  .meta({ title: "header name" });

/** A field value (RFC 9110 §5.5): no line break or other control character may enter a header. */
export const headerValue = z
  .string()
  .regex(/^[^\0-\x08\x0a-\x1f\x7f]*$/, "has a control character, which no header value may hold");

/** The Host field and those that describe the connection are the edge's own business (RFC 9110 §7.6.1). */
const EDGE_OWNED = new Set([
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

/** A field that a site may change: any but those that frame the message. */
export const editableHeaderName = headerName.refine(
  (name) => !EDGE_OWNED.has(name),
  "belongs to the edge, which sets it for each connection; remove it here",
);

/** An absolute URL; one that is missing is said to be missing. */
export const httpUrl = (message: string) =>
  z.url({ protocol: /^https?$/, error: (issue) => (issue.input === undefined ? undefined : message) });

/** `10.0.0.0/8`, or one address. */
export const addressRange = z
  .union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
    error: "is not an address or a range such as 10.0.0.0/8",
  })
  .meta({ title: "address or range", examples: ["10.0.0.0/8", "2001:db8::1"] });

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
    `is too deep for a wildcard; write at most ${MAX_WILDCARD_LABELS} labels after the star`,
  )
  .meta({ title: "host" });

/** A name that stands in logs and in a cookie. */
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

export const method = z
  .string()
  .regex(/^[A-Za-z][A-Za-z-]*$/, "is not a method; write GET, POST, …")
  .transform((name) => name.toUpperCase())
  .meta({ title: "method" });

/** One or several: `GET` or `[GET, POST]`; always a list once read. */
export const oneOrMore = <T extends z.ZodType>(type: T) =>
  z
    .union([type, z.array(type).min(1, "is empty; name at least one, or leave the key out")])
    .transform((value) => (Array.isArray(value) ? (value as z.output<T>[]) : [value as z.output<T>]));
