// Who is challenged, and by what? Compiled from the site file.
import type { ChallengeConfig } from "../../../shared/site/challenge-schema.ts";
import { secretNamed } from "../../../shared/site/secret-name.ts";
import type { Asked } from "../../message.ts";
import { compileMatch } from "../../routing/conditions.ts";

export interface Challenge {
  readonly kind: "challenge";
  readonly name: "challenge";
  readonly wants: string;
  readonly guards: true;
  readonly site: string;
  /** Of the site, and of who judges: a challenge that was passed is passed nowhere else. */
  readonly realm: string;
  /** Of the proof of work; 0 if somebody else judges the browser. */
  readonly bits: number;
  /** Who else does, if anybody. */
  readonly widget: Widget | null;
  readonly ttlMs: number;
  concerns(asked: Asked): boolean;
}

export interface Widget {
  readonly siteKey: string;
  /** The name of its secret. */
  readonly secret: string;
  readonly verifyUrl: string;
}

/** Without the prefix that it has over https. */
export const CHALLENGE_COOKIE = "hg-challenge";

/** In which the page of a widget brings its token. Without the prefix, too. */
export const TOKEN_COOKIE = "hg-token";

type Configured = ChallengeConfig | "off" | undefined;

export const isChallenged = (config: Configured): config is ChallengeConfig =>
  config !== undefined && config !== "off";

/** The route's own takes the place of the site's. */
export function compileChallenge(site: string, ofSite: Configured, ofRoute: Configured): Challenge[] {
  const config = ofRoute ?? ofSite;
  if (!isChallenged(config)) return [];
  const bits = config.kind === "turnstile" ? 0 : config.difficulty;
  const concerned = config.for && compileMatch(config.for);
  const open = config.open && compileMatch(config.open);
  return [
    {
      kind: "challenge",
      name: "challenge",
      wants: [
        bits === 0 ? "Turnstile" : `proof of work, ${bits} bits`,
        ...(concerned ? [`for ${concerned.name} ${concerned.wants}`] : []),
        ...(open ? [`not for ${open.name} ${open.wants}`] : []),
      ].join(", "),
      guards: true,
      site,
      realm: bits === 0 ? `${site} turnstile` : site,
      bits,
      widget: config.kind === "turnstile" ? widgetOf(config) : null,
      ttlMs: config.ttl,
      concerns: (asked) => (concerned?.holds(asked) ?? true) && !open?.holds(asked),
    },
  ];
}

const widgetOf = ({ siteKey, secret, verify }: Extract<ChallengeConfig, { kind: "turnstile" }>): Widget => ({
  siteKey,
  secret: secretNamed(secret) ?? "",
  verifyUrl: verify,
});
