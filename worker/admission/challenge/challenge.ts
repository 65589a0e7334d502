// Who is challenged, and by what? Compiled from the site file.
import type { ChallengeConfig } from "../../../shared/site/challenge-schema.ts";
import type { Asked } from "../../message.ts";
import { compileMatch } from "../../routing/conditions.ts";

export interface Challenge {
  readonly kind: "challenge";
  readonly name: "challenge";
  readonly wants: string;
  readonly guards: true;
  /** Of the site: a challenge that was passed there is passed nowhere else. */
  readonly realm: string;
  readonly bits: number;
  readonly ttlMs: number;
  concerns(asked: Asked): boolean;
}

/** Without the prefix that it has over https. */
export const CHALLENGE_COOKIE = "hg-challenge";

type Configured = ChallengeConfig | "off" | undefined;

export const isChallenged = (config: Configured): config is ChallengeConfig =>
  config !== undefined && config !== "off";

/** The route's own takes the place of the site's. */
export function compileChallenge(realm: string, site: Configured, route: Configured): Challenge[] {
  const config = route ?? site;
  if (!isChallenged(config)) return [];
  const { difficulty: bits, ttl: ttlMs } = config;
  const concerned = config.for && compileMatch(config.for);
  const open = config.open && compileMatch(config.open);
  return [
    {
      kind: "challenge",
      name: "challenge",
      wants: [
        `proof of work, ${bits} bits`,
        ...(concerned ? [`for ${concerned.name} ${concerned.wants}`] : []),
        ...(open ? [`not for ${open.name} ${open.wants}`] : []),
      ].join(", "),
      guards: true,
      realm,
      bits,
      ttlMs,
      concerns: (asked) => (concerned?.holds(asked) ?? true) && !open?.holds(asked),
    },
  ];
}
