// Has the client come by https? If not, it is redirected. It comes first of all rules, so that no answer to plain http tells more.
import type { Site, SiteRoute } from "../../shared/site/schema.ts";
import { redirectLocation } from "../delivery/redirect.ts";
import { type Asked, ownReply } from "../message.ts";
import { PASS, type Rule } from "./admission.ts";

export function httpsRules(site: Site, route?: SiteRoute): Rule[] {
  const https = route?.https ?? site.https;
  if (https === undefined || https === "off") return [];
  const { hosts } = site;
  const redirect = {
    status: https.status,
    base: "",
    path: null,
    scheme: "https",
    hosts,
    keepsQuery: true,
  } as const;
  const acmeIsOpen = https.acme === "open";
  return [
    {
      name: "https",
      wants: `https, else ${https.status}`,
      judge: (asked) => {
        if (asked.scheme === "https" || (acmeIsOpen && isAcmeChallenge(asked))) return PASS;
        const location = redirectLocation(redirect, asked, {});
        return { kind: "answered", reply: ownReply(https.status, new Headers({ location }), null) };
      },
    },
  ];
}

/** RFC 8555 §8.3: a token is base64url. Nothing else below the path stays open, in whatever spelling. */
const ACME_CHALLENGE = /^\/\.well-known\/acme-challenge\/[A-Za-z0-9_-]+$/;

const isAcmeChallenge = ({ method, path }: Asked): boolean =>
  (method === "GET" || method === "HEAD") && ACME_CHALLENGE.test(path);
