// What a route asks of a request, from the keys of the site and of the route. The order is fixed: what costs least and protects most
// comes first.

import { latest } from "../../shared/remember.ts";
import type { SiteSecrets } from "../../shared/secrets/site-secrets.ts";
import type { Site, SiteRoute } from "../../shared/site/schema.ts";
import { accessRules } from "./access.ts";
import { compileLists, type SiteLists } from "./address-lists.ts";
import type { Admission, Inquiry, LimitInquiry, Rule } from "./admission.ts";
import type { Auth } from "./authentication/auth.ts";
import { assertionNotBelieved, authOf, chosenBy, type SiteIdentity } from "./authentication/site-identity.ts";
import { wantsOf } from "./authentication/words.ts";
import { bodyRules } from "./body-rules.ts";
import { compileChallenge } from "./challenge/challenge.ts";
import { corsOf, corsRules } from "./cors.ts";
import { headLimits } from "./head-limits.ts";
import { httpsRules } from "./https.ts";
import { compileLimits } from "./limits/limit.ts";
import { maintenanceRules } from "./maintenance.ts";
import { allowedMethods } from "./methods.ts";

/** The keys of a site file that admission reads. A route may have each of them too. */
const KEYS = ["access", "methods", "challenge", "auth"] as const;

export type AdmissionKeys = Pick<Site | SiteRoute, (typeof KEYS)[number]>;

interface OfTheSite {
  readonly identity: SiteIdentity | null;
  readonly secrets: SiteSecrets;
}

/** Null if nothing is asked: then a request pays nothing. Without a route, what the site asks. */
export function compileAdmission(
  site: Site,
  { identity, secrets }: OfTheSite,
  route?: SiteRoute,
): Admission | null {
  const auth = authOf(site, identity, route);
  const chosen = chosenBy(identity, route);
  const rules: Rule[] = [
    ...maintenanceRules(site, route, secrets),
    ...httpsRules(site, route),
    ...corsRules(corsOf(site, route)),
    ...accessRules(site, route, listsOf(site)),
    ...allowedMethods(site.methods, route?.methods),
    ...headLimits(site, route),
    ...bodyRules(site, route),
    ...assertionNotBelieved(identity, auth),
  ];
  const limits = compileLimits(site, route).map(
    (limit): LimitInquiry => ({
      kind: "limit",
      name: "limit",
      which: limit.name,
      wants: limit.wants,
      limit,
      route: route?.id,
    }),
  );
  const onMiss = limits.filter(({ limit: { rate } }) => rate?.onMiss);
  const onAll = limits.filter(
    ({ limit: { rate, maxInFlight } }) => maxInFlight !== undefined || !rate?.onMiss,
  );
  const challenges = compileChallenge(String(site.hosts[0]), site.challenge, route?.challenge);
  const inquiries: Inquiry[] = [
    ...onAll.filter(needsNobody),
    ...challenges,
    ...(auth ? [proof(auth)] : []),
    ...onAll.filter((limit) => !needsNobody(limit)),
  ];
  if (rules.length === 0 && inquiries.length === 0 && onMiss.length === 0 && !chosen) return null;
  return {
    rules,
    inquiries,
    ...(onMiss.length > 0 && { onMiss }),
    guards: chosen !== null || [...rules, ...inquiries].some(({ guards }) => guards),
    isPrivate: [...rules, ...challenges].some(({ guards }) => guards) || (auth ?? chosen)?.isShared === false,
    auth,
    ...(chosen && !passesItsOwn(auth) && { removes: chosen.removes }),
    key: JSON.stringify([keysOf(site), route ? keysOf(route) : {}]),
  };
}

/** Compiled once for all routes of a site. */
const listsOf = latest<SiteLists, Site>(compileLists);

/** They may be in the same place as those of the site. */
const passesItsOwn = (auth: Auth | null): boolean => auth !== null && auth.removes.length === 0;

/** Such a limit is asked before anybody has to prove who he is: proof is what a flood would make expensive. */
const needsNobody = ({ limit: { by } }: LimitInquiry): boolean => by.every(({ kind }) => kind !== "subject");

const proof = (auth: Auth): Inquiry => ({
  kind: "authenticate",
  name: `auth.${auth.way.kind}`,
  wants: wantsOf(auth),
  guards: true,
  auth,
});

const keysOf = (place: AdmissionKeys): AdmissionKeys =>
  Object.fromEntries(KEYS.map((key) => [key, place[key]])) as AdmissionKeys;
