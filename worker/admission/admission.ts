// What a route asks of a request before it may go on, compiled, and what was found. Rules are pure and come first. Inquiries ask
// the outside world: a limiter, WebCrypto, a key set, another server.
import type { Snapshot } from "../keeping/snapshot.ts";
import type { Asked, Reply } from "../message.ts";
import type { Refusal, RefusalReason } from "../refusal.ts";
import type { Auth } from "./authentication/auth.ts";
import type { CredentialPlace } from "./authentication/credential-places.ts";
import type { Challenge } from "./challenge/challenge.ts";
import type { Limit } from "./limits/limit.ts";
import type { AddressLists } from "./list-shelf.ts";

/** For one route; or, where no route takes the request, for the site. */
export interface Admission {
  /** In the order in which they are asked. */
  readonly rules: readonly Rule[];
  /** After the rules, in this order. */
  readonly inquiries: readonly Inquiry[];
  /** Those that are asked when the request goes to an origin. */
  readonly onMiss?: readonly LimitInquiry[];
  /** Whether it decides who may see the response. No cache further out may then give it to others. */
  readonly guards: boolean;
  /** Whether caches further out have to keep away from what it guards. */
  readonly isPrivate: boolean;
  /** Who has to prove what; null if nobody has to. */
  readonly auth: Auth | null;
  /** The credentials by which the client was known when claims chose the route. No origin gets them. */
  readonly removes?: readonly CredentialPlace[];
  /** Equal for two routes that let the same requests in. */
  readonly key: string;
}

/** What may be asked, and what it says in `explain`. */
export interface Question {
  /** As the site file calls it. */
  readonly name: string;
  /** Which one, where a place may have several. */
  readonly which?: string;
  readonly wants: string;
}

export interface Rule extends Question {
  readonly guards?: true;
  judge(asked: Asked, facts: RuleFacts): Finding;
}

/** What is known besides the request. */
export interface RuleFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly snapshot: Snapshot;
  /** The address lists that were read from a URL. */
  readonly lists: AddressLists;
}

/** Plain data: admit.ts knows how to ask each kind. */
export type Inquiry = LimitInquiry | Challenge | Authenticate | Identify;

export interface LimitInquiry extends Question {
  readonly kind: "limit";
  /** It keeps nobody from what others may see. */
  readonly guards?: never;
  readonly limit: Limit;
  /** The id of the route; undefined if none takes the request. */
  readonly route: string | undefined;
}

export interface Authenticate extends Question {
  readonly kind: "authenticate";
  readonly guards: true;
  readonly auth: Auth;
}

/** As far as the client can prove who it is, before its route is known. It refuses nobody. */
export interface Identify extends Question {
  readonly kind: "identify";
  readonly guards?: never;
  readonly auth: Auth;
}

export type Finding = Pass | Ending;

/** The request may go on. */
export interface Pass {
  readonly kind: "pass";
  /** In place of the request: without the credentials, with the fields that tell an origin who it is. The cache sees this one too. */
  readonly asked?: Asked;
  readonly identity?: Identity;
  /** Added to the response after the cache, and never stored. */
  readonly replyFields?: readonly ReplyField[];
  /** Told the status of the response. */
  readonly settled?: (status: number) => void;
  /** Called when the response has ended in whatever way: it was under way until then. */
  readonly ended?: () => void;
  /** A rule that only observes would have refused. */
  readonly observed?: RefusalReason;
}

/** The edge answers. */
export type Ending =
  | {
      readonly kind: "refused";
      readonly refusal: Refusal;
      readonly fields?: readonly ReplyField[];
      /** In place of the problem document: a page for people. */
      readonly reply?: Reply;
    }
  | { readonly kind: "answered"; readonly reply: Reply };

export type ReplyField = readonly [name: string, value: string];

/** Who sent the request, as proven. */
export interface Identity {
  /** How: `jwt`, `basic`, … */
  readonly scheme: string;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export const PASS: Pass = { kind: "pass" };

/** What was found so far. */
export interface Findings {
  /** The request as it goes on. */
  readonly asked: Asked;
  readonly identity: Identity | null;
  readonly replyFields: readonly ReplyField[];
  readonly observed: readonly RefusalReason[];
  readonly settled: readonly ((status: number) => void)[];
  /** Absent if nobody waits for the end of the response, which has to be watched for that. */
  readonly ended?: readonly (() => void)[];
}

/** Where it ended, or undefined if the request may go on. */
export interface Judged {
  readonly findings: Findings;
  readonly ending: Ending | undefined;
}

export const nothingFound = (asked: Asked): Findings => ({
  asked,
  identity: null,
  replyFields: [],
  observed: [],
  settled: [],
});

export function withPass(found: Findings, pass: Pass): Findings {
  if (pass === PASS) return found;
  return {
    asked: pass.asked ?? found.asked,
    identity: pass.identity ?? found.identity,
    replyFields: pass.replyFields ? [...found.replyFields, ...pass.replyFields] : found.replyFields,
    observed: pass.observed ? [...found.observed, pass.observed] : found.observed,
    settled: pass.settled ? [...found.settled, pass.settled] : found.settled,
    ...endedOf(found, pass),
  };
}

function endedOf({ ended }: Findings, pass: Pass): Pick<Findings, "ended"> {
  if (pass.ended) return { ended: [...(ended ?? []), pass.ended] };
  return ended ? { ended } : {};
}

/** What was found out about the client, and nothing else: the request goes on as it is. */
export const justIdentity = (finding: Finding): Pass =>
  finding.kind === "pass" && finding.identity ? { kind: "pass", identity: finding.identity } : PASS;

/** All that can be judged without asking. */
export function judge({ rules }: Admission, asked: Asked, facts: RuleFacts): Judged {
  let findings = nothingFound(asked);
  for (const rule of rules) {
    const finding = rule.judge(findings.asked, facts);
    if (finding.kind !== "pass") return { findings, ending: finding };
    findings = withPass(findings, finding);
  }
  return { findings, ending: undefined };
}
