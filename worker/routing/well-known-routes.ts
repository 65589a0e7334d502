// The routes for files about the site that the edge answers itself. They come before those of the file, and ask for no proof: who reads
// them knows nobody here.
import { claimsAsked } from "../../shared/site/auth/asks-for-claims.ts";
import type { Site, SiteRoute } from "../../shared/site/schema.ts";

/** No route of a file can have such an id. */
const ROBOTS_ID = "headgate:robots.txt";
const LOGIN_ID = "headgate:login";
const SECURITY_ID = "headgate:security.txt";

export function withWellKnownRoutes(site: Site): Site {
  const added = [
    ...loginRoutes(site),
    ...(site.robots === "none" ? [answering(ROBOTS_ID, "/robots.txt", "User-agent: *\nDisallow: /\n")] : []),
    ...(site.securityTxt
      ? [answering(SECURITY_ID, "/.well-known/security.txt", securityText(site.securityTxt))]
      : []),
  ];
  return added.length === 0 ? site : { ...site, routes: [...added, ...site.routes] };
}

/** Where browsers come back from a login, and where it ends: its proof answers them, whatever the path of the routes that ask for it. */
function loginRoutes(site: Site): SiteRoute[] {
  const asking = [site, ...site.routes].flatMap(({ auth }) =>
    auth !== undefined && auth !== "off" && auth.oidc ? [{ auth, oidc: auth.oidc }] : [],
  );
  const callbacks = [...new Set(asking.map(({ oidc }) => oidc.callback))];
  return callbacks.flatMap((callback) => {
    const here = asking.filter(({ oidc }) => oidc.callback === callback);
    const [first] = here;
    if (!first) return [];
    // The session has to keep what any of the routes asks for.
    const require = Object.assign({}, ...here.map(({ auth }) => auth.require));
    const claims = [
      ...here.flatMap(({ auth }) => Object.values(auth.fields ?? {})),
      ...site.routes.flatMap(({ match }) => (match ? claimsAsked(match) : [])),
    ];
    const { oidc } = first;
    const session = { ...oidc.session, claims: [...oidc.session.claims, ...claims] };
    return [
      {
        ...answering(`${LOGIN_ID}${callback}`, callback, ""),
        match: { path: [callback, oidc.logout] } as SiteRoute["match"],
        auth: { ...first.auth, require, oidc: { ...oidc, session } },
      },
    ];
  });
}

const answering = (id: string, path: string, body: string): SiteRoute => ({
  id,
  match: { path: [path] } as NonNullable<SiteRoute["match"]>,
  respond: { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body },
  auth: "off",
  challenge: "off",
  allowInPath: [],
  retryNonIdempotent: false,
});

/** RFC 9116 §2.5: fields in any order, each on a line of its own. A date without a time means its end. */
function securityText(given: NonNullable<Site["securityTxt"]>): string {
  const { contact, expires, policy, encryption, acknowledgments, hiring, preferredLanguages } = given;
  const lines: (readonly [field: string, value: string | undefined])[] = [
    ...contact.map((address) => ["Contact", address] as const),
    ["Expires", expires.includes("T") ? expires : `${expires}T23:59:59Z`],
    ["Policy", policy],
    ["Encryption", encryption],
    ["Acknowledgments", acknowledgments],
    ["Hiring", hiring],
    ["Preferred-Languages", preferredLanguages.length > 0 ? preferredLanguages.join(", ") : undefined],
  ];
  return lines.flatMap(([field, value]) => (value === undefined ? [] : [`${field}: ${value}\n`])).join("");
}
