// Does a CORS policy contradict itself? Browsers would ignore it, and the Fetch standard forbids it.
import type { CorsConfig } from "../cors-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

const WITH_WILDCARD = ["origins", "methods", "headers", "expose"] as const;

export function corsFaults(site: Site): Problem[] {
  return [
    ...inPolicy(site.cors, ["cors"]),
    ...site.routes.flatMap(({ cors }, index) => inPolicy(cors, ["routes", index, "cors"])),
  ];
}

function inPolicy(cors: Site["cors"], keys: readonly PropertyKey[]): Problem[] {
  if (cors === undefined || cors === "off") return [];
  return [...wildWithCredentials(cors, keys), ...namedBesideAll(cors, keys)];
}

/** In requests with credentials, browsers take `*` for the name `*`, and never for all (Fetch, CORS protocol and credentials). */
function wildWithCredentials(cors: CorsConfig, keys: readonly PropertyKey[]): Problem[] {
  if (!cors.credentials) return [];
  return WITH_WILDCARD.flatMap((name) => {
    if (!(cors[name] as readonly string[]).includes("*")) return [];
    const message = "cannot be `*` together with `credentials: true`; name each one";
    return [problemAt([...keys, name], message, { atKey: true })];
  });
}

function namedBesideAll({ origins }: CorsConfig, keys: readonly PropertyKey[]): Problem[] {
  if (origins.length < 2 || !origins.includes("*")) return [];
  const message = "names origins beside `*`, which is all of them; remove one or the other";
  return [problemAt([...keys, "origins"], message, { atKey: true })];
}
