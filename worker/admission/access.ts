// Who may come in, by address, place, network and what the client says of itself? Within `allow` and `deny` one key is enough, and
// `deny` comes first. The rules of the site come before those of the route, unless the route switches them off. Pure.
import type { AccessConfig } from "../../shared/site/access-schema.ts";
import type { Site, SiteRoute } from "../../shared/site/schema.ts";
import type { SiteLists } from "./address-lists.ts";
import { type Finding, PASS, type Rule } from "./admission.ts";
import { compileTraits, type Trait } from "./client-traits.ts";

export function accessRules(
  site: Pick<Site, "access">,
  route: Pick<SiteRoute, "access"> | undefined,
  lists: SiteLists,
): Rule[] {
  const ofRoute = route?.access;
  const layers = ofRoute === "off" ? [] : [site.access, ofRoute];
  return layers.flatMap((access) => (access ? rulesOf(access, lists) : []));
}

function rulesOf({ allow, deny, mode, shared }: AccessConfig, lists: SiteLists): Rule[] {
  const guards = mode === "enforce" && !shared ? { guards: true as const } : {};
  return [
    ...(deny ? [{ ...denying(compileTraits(deny, lists, "any value"), mode), ...guards }] : []),
    ...(allow ? [{ ...allowing(compileTraits(allow, lists, "every value"), mode), ...guards }] : []),
  ];
}

function denying(traits: readonly Trait[], mode: AccessConfig["mode"]): Rule {
  return {
    name: "access.deny",
    wants: `${traits.length > 1 ? "none of" : "not"} ${describe(traits)}`,
    judge(asked, { lists }) {
      const trait = traits.find((one) => one.holds(asked, lists));
      return trait ? denied(`access.deny names the client: ${trait.name} ${trait.wants}`, mode) : PASS;
    },
  };
}

function allowing(traits: readonly Trait[], mode: AccessConfig["mode"]): Rule {
  const rule = `access.allow does not name the client: it wants ${describe(traits)}`;
  return {
    name: "access.allow",
    wants: traits.length > 1 ? `one of ${describe(traits)}` : describe(traits),
    judge: (asked, { lists }) => (traits.some((one) => one.holds(asked, lists)) ? PASS : denied(rule, mode)),
  };
}

const denied = (rule: string, mode: AccessConfig["mode"]): Finding =>
  mode === "observe"
    ? { kind: "pass", observed: "access-denied" }
    : { kind: "refused", refusal: { reason: "access-denied", rule } };

const describe = (traits: readonly Trait[]): string =>
  traits.map(({ name, wants }) => `${name} ${wants}`).join(", ");
