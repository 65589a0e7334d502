// Limits that hold nobody up: because they never count, or too late, or because a client chooses what they count by.
import { limitsOf } from "../faults/limits.ts";
import type { LimitBy, LimitConfig } from "../limit-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site, SiteRoute } from "../schema.ts";

export function limitsInVain(site: Site): Problem[] {
  return [...neverCounted(site), ...evaded(site), ...withoutSubject(site), ...tooLate(site)];
}

/** A route that asks no origin has no miss. */
function neverCounted(site: Site): Problem[] {
  const answering = new Set(
    site.routes.flatMap((route, index) => ((route.to ?? route.files) === undefined ? [index] : [])),
  );
  return limitsOf(site).flatMap(({ limit, keys }) => {
    const [, index] = keys;
    const isWithoutOrigin = typeof index === "number" && keys[0] === "routes" && answering.has(index);
    return limit.when === "miss" && isWithoutOrigin && limit.rate !== undefined
      ? [
          problemAt([...keys, "when"], "never counts: the edge answers requests of this route by itself", {
            atKey: true,
          }),
        ]
      : [];
  });
}

/** Where nobody authenticates, all requests are those of nobody, and counted together. */
function withoutSubject(site: Site): Problem[] {
  const hasAuth = ({ auth = site.auth }: SiteRoute) => auth !== undefined && auth !== "off";
  return limitsOf(site).flatMap(({ limit: { by }, keys }) => {
    const routes = site.routes.filter((_route, index) => keys[0] !== "routes" || keys[1] === index);
    if (!by.some(({ kind }) => kind === "subject") || routes.some(hasAuth)) return [];
    return [
      problemAt([...keys, "by"], "counts all requests as those of nobody: no client authenticates here", {
        atKey: true,
      }),
    ];
  });
}

/** What a client writes, he can write anew for each request. Another limit that applies as well has to count him by something else. */
function evaded(site: Site): Problem[] {
  const ofSite = (site.limit ?? []).some(({ by }) => isHard(by));
  const isHeld = (route: SiteRoute | undefined) =>
    ofSite || (route?.limit ?? []).some(({ by }) => isHard(by));
  return limitsOf(site).flatMap(({ limit: { by, mode }, keys }) => {
    const index = keys[0] === "routes" ? keys[1] : undefined;
    const route = typeof index === "number" ? site.routes[index] : undefined;
    if (mode === "observe" || !by.some(isChosen) || by.some(({ kind }) => kind === "subject")) return [];
    if (isHeld(route)) return [];
    const named = by.filter(isChosen).map(({ kind }) => kind);
    return [
      problemAt(
        [...keys, "by"],
        `holds up nobody who sends another ${[...new Set(named)].join(" or ")} each time; add a limit by ip`,
        { atKey: true },
      ),
    ];
  });
}

/** A status is known only afterwards: until the first answer comes, nothing has been taken. Something else has to bound what is under way. */
function tooLate(site: Site): Problem[] {
  return limitsOf(site).flatMap(({ limit: { rate, cost, mode }, keys }) => {
    const route = keys[0] === "routes" ? site.routes[Number(keys[1])] : undefined;
    const others = [...(site.limit ?? []), ...(route?.limit ?? [])];
    if (rate === undefined || cost.request > 0 || mode === "observe" || others.some(isBoundBefore)) return [];
    return [
      problemAt(
        [...keys, "cost"],
        "counts when a response has come: of requests sent at once all pass; add `maxInFlight`",
        { atKey: true },
      ),
    ];
  });
}

const isBoundBefore = ({ rate, cost, maxInFlight, mode }: LimitConfig): boolean =>
  mode === "enforce" && (maxInFlight !== undefined || (rate !== undefined && cost.request > 0));

const isChosen = ({ kind }: LimitBy): boolean => kind === "header" || kind === "cookie";

const isHard = (by: readonly LimitBy[]): boolean => !by.some(isChosen);
