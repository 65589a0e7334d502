// CORS policies that promise what the rest of the file refuses, or open more than most want.
import { CORS_FIELDS } from "../cors-fields.ts";
import type { CorsConfig } from "../cors-schema.ts";
import type { HeaderEditsConfig } from "../headers-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site, SiteRoute } from "../schema.ts";

type Keys = readonly PropertyKey[];

export function corsInVain(site: Site): Problem[] {
  return [
    ...nullWithCredentials(site.cors, ["cors"]),
    ...(policyOf(site.cors) ? editsInVain(site.headers?.response, ["headers", "response"]) : []),
    ...site.routes.flatMap((route, index) => ofRoute(site, route, ["routes", index])),
  ];
}

function ofRoute(site: Site, route: SiteRoute, keys: Keys): Problem[] {
  const policy = policyOf(route.cors ?? site.cors);
  return [
    ...nullWithCredentials(route.cors, [...keys, "cors"]),
    ...(policy ? editsInVain(route.headers?.response, [...keys, "headers", "response"]) : []),
    ...(policy && route.cors !== undefined ? refusedMethods(policy, site, route, keys) : []),
  ];
}

const policyOf = (cors: Site["cors"]): CorsConfig | undefined => (cors === "off" ? undefined : cors);

/** A page in a sandboxed frame has the origin null, so anybody can make one. */
function nullWithCredentials(cors: Site["cors"], keys: Keys): Problem[] {
  const policy = policyOf(cors);
  if (!policy?.credentials) return [];
  const at = policy.origins.indexOf("null");
  if (at === -1) return [];
  const message =
    "lets every page act as the user, because any page can make itself one of origin null; name the origins";
  return [problemAt([...keys, "origins"], message, { atKey: true })];
}

function editsInVain(edits: HeaderEditsConfig | undefined, keys: Keys): Problem[] {
  if (!edits) return [];
  const message = "has no effect: `cors` replaces the field after all edits";
  return (["set", "add"] as const).flatMap((how) =>
    Object.keys(edits[how]).flatMap((name) =>
      CORS_FIELDS.includes(name) ? [problemAt([...keys, how, name], message, { atKey: true })] : [],
    ),
  );
}

function refusedMethods(policy: CorsConfig, site: Site, route: SiteRoute, keys: Keys): Problem[] {
  const lists = [site.methods, route.methods].filter((list) => list !== undefined);
  const passes = (name: string) =>
    lists.every((list) => list.includes(name) || (name === "HEAD" && list.includes("GET")));
  const refused = policy.methods.filter((name) => name !== "*" && !SIMPLE.has(name) && !passes(name));
  if (refused.length === 0) return [];
  const message = `allows ${refused.join(" and ")}, which \`methods\` refuses`;
  return [problemAt([...keys, "cors", "methods"], message, { atKey: true })];
}

/** Allowed by default, and never asked for in a preflight for their own sake. */
const SIMPLE = new Set(["GET", "HEAD", "POST"]);
