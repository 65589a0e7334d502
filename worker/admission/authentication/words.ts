// What a route wants of its clients, in words, for `explain`. Pure: no hash and no key is in it.
import type { Auth, Way } from "./auth.ts";
import type { CredentialPlace } from "./credential-places.ts";

export function wantsOf({ way, places, requires }: Auth): string {
  const required = requires.map(({ name, wants }) => `${name} ${wants}`);
  return [proofWanted(way, places), ...required].join("; ");
}

function proofWanted(way: Way, places: readonly CredentialPlace[]): string {
  switch (way.kind) {
    case "basic":
      return `the password of a user (of ${way.users.size})`;
    case "key":
      return `a key (of ${way.keys.length}) in ${placesIn(places)}`;
    case "jwt":
      return `a token of ${way.terms.issuer} for ${way.terms.audience?.join(" or ") ?? "anybody"} in ${placesIn(places)}`;
    case "access":
      return `an assertion of Cloudflare Access (${way.terms.issuer})`;
    case "signed":
      return `a signature in ${placesIn(places)}`;
    case "oidc":
      return `a login at ${way.login.issuer}${way.login.wants}`;
    case "forward":
      return `the consent of ${way.asks.url}`;
  }
}

const placesIn = (places: readonly CredentialPlace[]): string =>
  places
    .map((place) => (place.in === "authorization" ? "authorization" : `${place.in} ${place.name}`))
    .join(" or ");
