// Which pages of other origins may use a route? A preflight is answered here, before anybody has to prove who he is, because browsers
// send none of his credentials with it. The CORS protocol of the Fetch standard.
import type { CorsConfig } from "../../shared/site/cors-schema.ts";
import type { Site, SiteRoute } from "../../shared/site/schema.ts";
import { type Asked, ownReply } from "../message.ts";
import { isWebSocketUpgrade } from "../routing/read-request.ts";
import { PASS, type Rule } from "./admission.ts";

export interface CorsPolicy {
  /** Each may read the answers, and they do not depend on it. */
  readonly allowsAll: boolean;
  allows(origin: string): boolean;
  readonly credentials: boolean;
  /** The values of the fields; undefined if they are not sent. */
  readonly expose: string | undefined;
  readonly methods: string;
  readonly headers: string | undefined;
  readonly maxAge: string | undefined;
  readonly privateNetwork: boolean;
}

/** The policy of a route takes the place of that of the site. */
export const corsOf = (site: Site, route?: SiteRoute): CorsConfig | undefined => {
  const cors = route?.cors ?? site.cors;
  return cors === "off" ? undefined : cors;
};

export function compileCors(cors: CorsConfig | undefined): CorsPolicy | null {
  if (!cors) return null;
  const { origins, maxAge } = cors;
  const exact = new Set(origins.filter((one) => !one.includes("*")));
  const wild = origins.filter((one) => one.includes("://*.")).map(compileWildcard);
  const allowsAll = origins.includes("*");
  return {
    allowsAll,
    allows: (origin) => allowsAll || exact.has(origin) || wild.some((matches) => matches(origin)),
    credentials: cors.credentials,
    expose: listed(cors.expose),
    methods: cors.methods.join(", "),
    headers: listed(cors.headers),
    maxAge: maxAge === undefined ? undefined : String(Math.floor(maxAge / 1_000)),
    privateNetwork: cors.privateNetwork,
  };
}

const listed = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : names.join(", ");

const LABELS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * `https://*.example.com`. What the star stands for has to be labels and nothing else: a suffix alone would let `https://evil.test/.example.com`
 * pass, and an expression without its dots escaped `https://evilexample.com`.
 */
function compileWildcard(pattern: string): (origin: string) => boolean {
  const [before = "", after = ""] = pattern.split("*");
  return (origin) =>
    origin.length > before.length + after.length &&
    origin.length <= MAX_ORIGIN_LENGTH &&
    origin.startsWith(before) &&
    origin.endsWith(after) &&
    LABELS.test(origin.slice(before.length, origin.length - after.length));
}

/** A name has 253 characters at most; a scheme and a port are added. */
const MAX_ORIGIN_LENGTH = 300;

/** The method of the request that a browser asks about; undefined if the request is no preflight. */
export function preflightFor({ method, headers }: Pick<Asked, "method" | "headers">): string | undefined {
  if (method !== "OPTIONS" || !headers.has("origin")) return undefined;
  return headers.get("access-control-request-method") ?? undefined;
}

export function corsRules(cors: CorsConfig | undefined): Rule[] {
  const policy = compileCors(cors);
  if (!cors || !policy) return [];
  const guardsSockets = cors.webSockets === "allowed";
  return [
    {
      name: "cors",
      wants: `${cors.origins.join(" or ")}${guardsSockets ? ", also for WebSockets" : ""}`,
      judge: (asked) => {
        const origin = asked.headers.get("origin");
        if (origin === null) return PASS;
        if (preflightFor(asked) !== undefined)
          return policy.allows(origin)
            ? { kind: "answered", reply: ownReply(204, new Headers(), null) }
            : REFUSED;
        const mayOpen =
          !guardsSockets || !isWebSocketUpgrade(asked) || isOwn(origin, asked) || policy.allows(origin);
        return mayOpen ? PASS : REFUSED;
      },
    },
  ];
}

const REFUSED = { kind: "refused", refusal: { reason: "origin-refused" } } as const;

const isOwn = (origin: string, { scheme, authority }: Asked): boolean =>
  origin === `${scheme}://${authority}`;
