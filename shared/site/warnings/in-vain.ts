// Which settings have no effect? Checks only what the file alone can tell.
import { compileGlob } from "../../glob.ts";
import type { CacheRulesConfig } from "../cache-schema.ts";
import type { LogField } from "../log-fields.ts";
import type { MatchConfig } from "../match-schema.ts";
import { poolsOfRoute } from "../pools-named.ts";
import { type Problem, problemAt } from "../problem.ts";
import { DEFAULT_WITHIN_MS } from "../purge-requests-schema.ts";
import type { Site, SiteRoute } from "../schema.ts";

type Keys = readonly PropertyKey[];

/**
 * Settings about stale responses. Lifetimes such as `ttl` are not among them, because they may still serve the requests
 * of another route.
 */
const PROMISES = ["staleWhileRevalidate", "staleIfError", "staleDespiteSMaxage"] as const;

/**
 * Does a route promise stale responses that it can never give? Checks only what the file alone can tell. `headgate explain`
 * tells what the directives of a given response forbid.
 */
export function staleInVain(site: Site): Problem[] {
  return site.routes.flatMap((route, index) => {
    const { cache } = route;
    if (cache === undefined || cache === "off") return [];
    const because = whyInVain(route, cache);
    if (because === undefined) return [];
    return PROMISES.filter(
      (name) => cache[name] !== undefined && cache[name] !== false && cache[name] !== 0,
    ).map((name) =>
      problemAt(["routes", index, "cache", name], `has no effect: ${because}`, { atKey: true }),
    );
  });
}

function whyInVain({ match, headers }: SiteRoute, cache: CacheRulesConfig): string | undefined {
  if (!cache.methods.includes("GET") && !cache.methods.includes("QUERY"))
    return "`cache.methods` has neither GET nor QUERY, the only methods that are answered from the cache";
  const taken = match?.method;
  if (taken && !taken.some((method) => isAnswered(method, cache.methods)))
    return `the route takes only ${taken.join(", ")}, which the cache does not answer`;
  if (headers?.request?.set["cache-control"]?.match(/(?:^|,)\s*no-store\s*(?:,|$)/i))
    return "the route asks its origins with `Cache-Control: no-store`, so nothing is stored";
  return undefined;
}

const isAnswered = (method: string, methods: readonly string[]): boolean =>
  method === "HEAD" ? methods.includes("GET") : method !== "POST" && methods.includes(method);

/**
 * Does a route ask for a host in a way that has no effect? It never matches if no host of the site matches the condition. As
 * a header the host is compared as the client spelled it, so `SHOP.example.com:443` slips past such a guard.
 */
export function hostsInVain(site: Site): Problem[] {
  return site.routes.flatMap(({ match }, index) => inMatch(match, ["routes", index, "match"], site.hosts));
}

function inMatch(match: MatchConfig | undefined, keys: Keys, hosts: readonly string[]): Problem[] {
  if (!match) return [];
  const inside = (one: MatchConfig | undefined, ...steps: PropertyKey[]) =>
    inMatch(one, [...keys, ...steps], hosts);
  return [
    ...(match.host ?? []).flatMap((host, index) =>
      isServed(host, hosts)
        ? []
        : [problemAt([...keys, "host", index], `never matches: the site serves ${hosts.join(", ")} only`)],
    ),
    ...(match.header && Object.hasOwn(match.header, "host")
      ? [
          problemAt(
            [...keys, "header", "host"],
            "is compared as the client spells it, with capitals, port and trailing dot; use `match.host`, which ignores these",
            { atKey: true },
          ),
        ]
      : []),
    ...inside(match.not, "not"),
    ...(match.any ?? []).flatMap((one, index) => inside(one, "any", index)),
    ...(match.all ?? []).flatMap((one, index) => inside(one, "all", index)),
  ];
}

/** A site for all hosts below a name serves more hosts than can be listed. */
const isServed = (pattern: string, hosts: readonly string[]): boolean =>
  hosts.some((host) => host.startsWith("*") || compileGlob(pattern)(host));

/** RFC 9110 §6.4.1, §15.3.6. */
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

/** Does a route answer with content under a status that never has any? It would silently be left out. */
export function contentInVain(site: Site): Problem[] {
  return site.routes.flatMap(({ respond }, index) => {
    if (!respond || respond.body === "" || !WITHOUT_CONTENT.has(respond.status)) return [];
    const message = `has no effect: an answer with the status ${respond.status} has no content`;
    return [problemAt(["routes", index, "respond", "body"], message, { atKey: true })];
  });
}

const COUNTED: readonly LogField[] = ["totalMs", "ended"];

/** A field of the log that is never filled. */
export function logInVain({ log: { fields, query, bytes } }: Site): Problem[] {
  return (fields ?? []).flatMap((name, index) => {
    const keys = ["log", "fields", index];
    if (name === "query" && !query)
      return [problemAt(keys, "`query` is always empty: queries are logged only with `log.query: true`")];
    if (COUNTED.includes(name) && bytes === "declared")
      return [problemAt(keys, `\`${name}\` is always empty: it is known only with \`log.bytes: sent\``)];
    return [];
  });
}

const PURGE_METHODS = ["PURGE", "BAN"];

/** A route that waits for requests to purge, which no route gets where they are taken; and an age of signatures where none counts. */
export function purgesInVain({ purgeRequests, routes }: Site): Problem[] {
  if (!purgeRequests) return [];
  const unsigned = !purgeRequests.signed && purgeRequests.within !== DEFAULT_WITHIN_MS;
  return [
    ...(unsigned
      ? [
          problemAt(["purgeRequests", "within"], "has no effect without `signed: true`: tokens have no age", {
            atKey: true,
          }),
        ]
      : []),
    ...routes.flatMap(({ match }, index) => {
      const methods = match?.method ?? [];
      if (methods.length === 0 || !methods.every((method) => PURGE_METHODS.includes(method))) return [];
      const message = `never matches: with \`purgeRequests\` the edge answers ${methods.join(" and ")} itself`;
      return [problemAt(["routes", index, "match", "method"], message, { atKey: true })];
    }),
  ];
}

/** Does a route share responses among hosts, though its origins see which one was asked for? They may answer each differently. */
export function hostsShared(site: Site): Problem[] {
  return site.routes.flatMap((route, index) => {
    const { cache } = route;
    if (cache === undefined || cache === "off" || cache.key.host) return [];
    const keeps = poolsOfRoute(route).find((id) => {
      const pool = site.pools[id];
      return pool?.origins.some((origin) => (origin.host ?? pool.host) === "keep");
    });
    if (keeps === undefined) return [];
    const message = `serves what one host got to the others, though the origins of \`${keeps}\` see which host was asked for (host: keep)`;
    return [problemAt(["routes", index, "cache", "key", "host"], message, { atKey: true })];
  });
}
