// Does each route say what to do with a request? It needs exactly one of `to`, `files`, `redirect` and `respond`, and nothing beside it
// that would have no effect. Does each pool have an origin that could be chosen?
import { didYouMean } from "../did-you-mean.ts";
import { poolsOfRoute } from "../pools-named.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site, SiteRoute } from "../schema.ts";

const ACTIONS = ["to", "files", "redirect", "respond"] as const;

export function actionFaults(site: Site): Problem[] {
  const pools = Object.keys(site.pools);
  return site.routes.flatMap((route, index) => {
    const keys = ["routes", index];
    const [action, ...others] = ACTIONS.filter((name) => route[name] !== undefined);
    if (!action) return [problemAt(keys, "does nothing; write `to`, `files`, `redirect` or `respond`")];
    if (others.length > 0) {
      const named = [action, ...others].map((name) => `\`${name}\``).join(" and ");
      return [problemAt(keys, `has ${named}; a route does only one thing, so keep one of them`)];
    }
    return [
      ...withoutEffect(route, keys, action),
      ...unknownPools(route.to ?? [], pools, [...keys, "to"]),
      ...unknownPools(route.files?.else ?? [], pools, [...keys, "files", "else"]),
      ...mirrorFaults(route, pools, [...keys, "mirror"]),
      ...redirectFaults(route.redirect, [...keys, "redirect"]),
      ...baseFaults(route, keys),
    ];
  });
}

/** Does a pool say sorry by one that there is not, or by itself? */
export function sorryFaults(site: Site): Problem[] {
  const pools = Object.keys(site.pools);
  return Object.entries(site.pools).flatMap(([id, { sorry }]) => {
    if (sorry === undefined || (typeof sorry === "object" && "respond" in sorry)) return [];
    const [named, keys] =
      typeof sorry === "string"
        ? [sorry, ["pools", id, "sorry"]]
        : [sorry.pool, ["pools", id, "sorry", "pool"]];
    if (named === id)
      return [problemAt(keys, "is this pool itself, of which no origin has answered; name another one")];
    return unknownPool(named, pools, keys);
  });
}

function unknownPools(
  to: string | readonly string[],
  pools: readonly string[],
  keys: readonly PropertyKey[],
): Problem[] {
  if (typeof to === "string") return unknownPool(to, pools, keys);
  return to.flatMap((name, index) =>
    to.indexOf(name) < index
      ? [problemAt([...keys, index], `\`${name}\` is listed twice`)]
      : unknownPool(name, pools, [...keys, index]),
  );
}

function unknownPool(to: string, pools: readonly string[], keys: readonly PropertyKey[]): Problem[] {
  if (pools.includes(to)) return [];
  const hint = didYouMean(to, pools);
  const all = pools.length === 0 ? "there is none" : `there are: ${pools.join(", ")}`;
  return [problemAt(keys, `\`${to}\` is not a pool of this site`, { hint: hint ?? all })];
}

/** Keys that affect only requests that go to an origin; some affect those for a file as well. */
function withoutEffect(route: SiteRoute, keys: readonly PropertyKey[], action: string): Problem[] {
  if (poolsOfRoute(route).length > 0) return [];
  const hasBodies = route.files !== undefined;
  const proxyOnly: [PropertyKey[], boolean][] = [
    [["rewrite"], !hasBodies && route.rewrite !== undefined],
    [["base"], !hasBodies && route.base !== undefined],
    [["edits"], !hasBodies && route.edits !== undefined],
    [["cache"], route.cache !== undefined],
    [["headers", "request"], route.headers?.request !== undefined],
    [["timeout"], route.timeout !== undefined],
    [["mirror"], route.mirror !== undefined],
    [["retryNonIdempotent"], route.retryNonIdempotent],
  ];
  return proxyOnly
    .filter(([, given]) => given)
    .map(([key]) =>
      problemAt([...keys, ...key], `has no effect beside \`${action}\`: no origin is asked; remove it`, {
        atKey: true,
      }),
    );
}

function mirrorFaults(route: SiteRoute, pools: readonly string[], keys: readonly PropertyKey[]): Problem[] {
  const { mirror } = route;
  if (!mirror) return [];
  if (poolsOfRoute(route).includes(mirror.to)) {
    return [problemAt([...keys, "to"], `\`${mirror.to}\` already gets these requests; name another pool`)];
  }
  return unknownPool(mirror.to, pools, [...keys, "to"]);
}

function redirectFaults(redirect: SiteRoute["redirect"], keys: readonly PropertyKey[]): Problem[] {
  if (!redirect) return [];
  if (redirect.to === undefined && redirect.scheme === undefined) {
    return [problemAt(keys, "leads nowhere; write `to` or `scheme`")];
  }
  if (redirect.scheme !== undefined && redirect.to?.startsWith("http")) {
    return [
      problemAt([...keys, "scheme"], "contradicts `to`, which already names a scheme; remove one of them"),
    ];
  }
  return [];
}

/** Does a page in place of an error come from a pool or a file that there is not? */
export function errorPageFaults(site: Site): Problem[] {
  const pools = Object.keys(site.pools);
  const places = [
    { errors: site.errors, keys: ["errors"] as PropertyKey[] },
    ...site.routes.map(({ errors }, index) => ({
      errors,
      keys: ["routes", index, "errors"] as PropertyKey[],
    })),
  ];
  return places.flatMap(({ errors, keys }) =>
    Object.entries(errors?.pages ?? {}).flatMap(([which, page]) => {
      const at = [...keys, "pages", which];
      const { file, body, pool, path } = page;
      if (pool !== undefined) {
        const beside = file ?? body;
        if (beside !== undefined) return [problemAt(at, "has a `pool` and a text; keep one of them")];
        if (path === undefined)
          return [problemAt(at, "does not say which page of the pool it is; write `path`")];
        return unknownPool(pool, pools, [...at, "pool"]);
      }
      if (file !== undefined && body === undefined)
        return [
          problemAt(
            [...at, "file"],
            "is read by the command line, from the folder of the site file; write `body` here",
          ),
        ];
      return body === undefined ? [problemAt(at, "has no page; write `file`, `body` or `pool`")] : [];
    }),
  );
}

/** The base is taken off the path already. */
function baseFaults({ base, rewrite }: SiteRoute, keys: readonly PropertyKey[]): Problem[] {
  if (base === undefined || rewrite?.stripPrefix === undefined) return [];
  const message = `stands beside \`base: ${base}\`, which is taken off the path already; remove one of them`;
  return [problemAt([...keys, "rewrite", "stripPrefix"], message)];
}

/** Is there a pool without an origin that could ever be chosen? */
export function idlePools(site: Site): Problem[] {
  return Object.entries(site.pools).flatMap(([id, { origins }]) => {
    const inService = origins.filter((origin) => origin.state === "active");
    if (inService.some((origin) => origin.weight > 0)) return [];
    const message =
      inService.length === 0
        ? "has no origin in service: the state of each is `drain` or `off`; make one `active`"
        : "has no origin that can be chosen: the weight of each is 0; give one a weight";
    return [problemAt(["pools", id, "origins"], message)];
  });
}
