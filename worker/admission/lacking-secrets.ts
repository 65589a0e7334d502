// A route that names a secret which the edge does not have, or cannot use, takes no request: without the key it would ask its origins as
// a stranger, or let strangers in. The other routes of the site go on.

import type { SiteSecrets } from "../../shared/secrets/site-secrets.ts";
import { poolsOfRoute } from "../../shared/site/pools-named.ts";
import type { Site } from "../../shared/site/schema.ts";
import { type SecretNamed, secretsNamed } from "../../shared/site/secrets-named.ts";
import type { Admission, Rule } from "./admission.ts";

/** What the site names and cannot use. */
export const lackingIn = (site: Site, secrets: SiteSecrets): readonly SecretNamed[] =>
  secretsNamed(site).filter(({ name, use }) => use !== undefined && secrets(name, use) === undefined);

/** Of the site itself, of the route with this index, and of the pages of its pools. What only the keeper uses does not count. */
export function lackingFor(
  lacking: readonly SecretNamed[],
  { routes }: Site,
  index?: number,
): readonly SecretNamed[] {
  if (lacking.length === 0) return lacking;
  const route = index === undefined ? undefined : routes[index];
  const pools = new Set(route && poolsOfRoute(route));
  return lacking.filter(({ keys: [part, which, what] }) => {
    if (part === "lists") return false;
    if (part === "routes") return which === index;
    if (part === "maintenance") return false; // then nobody holds the token
    return part === "pools" ? what === "sorry" && pools.has(String(which)) : true;
  });
}

/** The rules of the route, after one that refuses everything if a secret is lacking. */
export function refusingWithout(
  lacking: readonly SecretNamed[],
  admission: Admission | null,
): Admission | null {
  if (lacking.length === 0) return admission;
  const { rules = [], ...others } = admission ?? NOTHING_ELSE;
  return { ...others, rules: [refusal(lacking), ...rules] };
}

const NOTHING_ELSE: Admission = {
  rules: [],
  inquiries: [],
  guards: false,
  isPrivate: false,
  auth: null,
  key: "",
};

const refusal = (lacking: readonly SecretNamed[]): Rule => ({
  name: "secrets",
  wants: [...new Set(lacking.map(({ name }) => name))].join(", "),
  judge: () => ({ kind: "refused", refusal: { reason: "secret-missing" } }),
});
