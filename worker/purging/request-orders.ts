// What does a PURGE or BAN request want purged? The conventions are those of clients of Varnish (docs/purging.md). What no purge can
// express is refused rather than purged in part. Pure.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Asked } from "../message.ts";
import { pathAndQuery } from "../routing/canonical-target.ts";
import type { PurgeOrder } from "./purge-order.ts";
import { readHostPattern, readTagPattern, readUrlPattern } from "./url-pattern.ts";

/** Each names tags. The last one makes them stale in place of removing them. */
const TAG_FIELDS = [
  "cache-tag",
  "cache-tags",
  "x-cache-tags",
  "surrogate-key",
  "x-magento-tags-pattern",
  "xkey",
  "xkey-purge",
  "xkey-softpurge",
] as const;
const URL_FIELDS = ["x-url", "x-ban-url"] as const;
const HOST_FIELDS = ["x-host", "x-ban-host"] as const;
const TYPE_FIELDS = ["x-content-type", "x-ban-content-type"] as const;
const SOFT_FIELD = "fastly-soft-purge";

/** The fields that say what is purged. A signature has to cover those that are there. */
export const ORDER_FIELDS: readonly string[] = [
  ...TAG_FIELDS,
  ...URL_FIELDS,
  ...HOST_FIELDS,
  ...TYPE_FIELDS,
  SOFT_FIELD,
  "x-purge-method",
  "x-ban-regex",
];

/** A client that has more can send a second request. */
const MAX_TAGS = 100;

type Wish = Partial<Pick<PurgeOrder, "urls" | "prefix" | "tag" | "host" | "all">>;

/** The error is a sentence. */
export function ordersOfRequest(asked: Asked): Result<readonly PurgeOrder[], string> {
  const { headers } = asked;
  const isMeantSoft = headers.get(SOFT_FIELD) === "1" || headers.has("xkey-softpurge");
  const wishes = wishesOf(asked);
  if (!wishes.ok) return wishes;
  const mode = isMeantSoft ? "soft" : "hard";
  return ok(wishes.value.map((wish) => ({ ...wish, mode, over: 0 }) as PurgeOrder));
}

function wishesOf(asked: Asked): Result<readonly Wish[], string> {
  const type = given(asked, TYPE_FIELDS);
  if (type && readHostPattern(type.value) !== "all")
    return err(`${type.name}: no purge is by content type; leave it out, or send .*`);
  if (asked.headers.has("x-ban-regex")) return err("X-Ban-Regex: no purge is by regular expression");
  const where = hostOf(asked);
  if (!where.ok) return where;
  const tags = tagsOf(asked);
  if (!tags.ok) return tags;
  const url = given(asked, URL_FIELDS);
  if (tags.value === undefined) return reached(asked, where.value, url);
  if (url && readUrlPattern(url.value)?.by !== "all")
    return err(`${url.name}: a purge by tag is not limited to a path; leave it out, or send .*`);
  // Tags have no host in Varnish either, unless the client names one.
  const host = where.value === undefined || where.value === "all" ? {} : { host: where.value };
  if (tags.value === "all") return ok([all(host.host)]);
  return ok(tags.value.map((tag) => ({ tag, ...host })));
}

const all = (host: string | undefined): Wish => (host === undefined ? { all: true } : { host });

/** Of the first of the fields that is there. */
function given({ headers }: Asked, names: readonly string[]): { name: string; value: string } | undefined {
  const name = names.find((one) => headers.has(one));
  return name === undefined ? undefined : { name, value: headers.get(name) ?? "" };
}

/** Undefined if no field names one. */
function hostOf(asked: Asked): Result<string | undefined, string> {
  const field = given(asked, HOST_FIELDS);
  if (!field) return ok(undefined);
  const read = readHostPattern(field.value);
  if (read === undefined) return err(`${field.name}: write one host, or .* for all of the site`);
  return ok(read === "all" ? read : read.host);
}

function tagsOf({ headers }: Asked): Result<"all" | readonly string[] | undefined, string> {
  const tags: string[] = [];
  const named = TAG_FIELDS.filter((name) => headers.has(name));
  for (const name of named) {
    const read = readTagPattern(headers.get(name) ?? "");
    if (read === undefined) return err(`${name}: write tags with a comma, a space or | between them`);
    if (read === "all") return ok("all");
    tags.push(...read);
  }
  if (named.length === 0) return ok(undefined);
  if (tags.length === 0) return err(`${named[0]}: names no tag`);
  return tags.length > MAX_TAGS
    ? err(`${named[0]}: has ${tags.length} tags; send ${MAX_TAGS} at most in one request`)
    : ok(tags);
}

/** A PURGE is of its URL unless it says that it is a pattern; a BAN is of what is below its path unless a field has a pattern. */
function reached(
  asked: Asked,
  where: string | undefined,
  field: { name: string; value: string } | undefined,
): Result<readonly Wish[], string> {
  const { method, headers, host, path } = asked;
  const isPattern = headers.get("x-purge-method")?.toLowerCase() === "regex";
  if (method === "PURGE" && !isPattern && !field)
    return where === undefined || where === host
      ? ok([{ urls: [urlOn(asked, asked.authority, pathAndQuery(asked))] }])
      : err("a PURGE of a URL is of the host in Host; leave X-Host out");
  const reach = field ? readUrlPattern(field.value) : ownReach(asked);
  if (!reach)
    return err(
      `${field?.name ?? "the path"}: write a path that ends with a slash, or with /.*, or ^PATH$ for one URL; no purge is by another regular expression`,
    );
  if (reach.by === "all") return ok([where === "all" ? all(undefined) : all(where ?? host)]);
  if (where === "all") return err(`${field?.name ?? path}: a path is of one host; name it in X-Host`);
  const at = urlOn(asked, where ?? asked.authority, reach.path);
  return ok([reach.by === "exact" ? { urls: [at] } : { prefix: at }]);
}

/** The path of a BAN itself: `/news/.*` as well as `/news`. Both are the prefix. */
function ownReach({ path, query }: Asked) {
  if (query !== "") return undefined;
  const read = readUrlPattern(path);
  if (read && read.by !== "exact") return read;
  return /[*+?()[\]{}|\\^$]/.test(path) ? undefined : ({ by: "below", path } as const);
}

const urlOn = ({ scheme }: Asked, authority: string, target: string): string =>
  `${scheme}://${authority}${target}`;
