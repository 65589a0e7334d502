// The decisions that need only the request and the site: which route takes the request, whether it may proceed, what
// the edge answers itself, and what an origin would be asked. Pure. Live traffic and `explain` use the same function,
// so they cannot differ.
import { once } from "../shared/remember.ts";
import { EDGE_PREFIX } from "../shared/site/edge-prefix.ts";
import {
  type Admission,
  type Ending,
  type Findings,
  type Inquiry,
  judge,
  nothingFound,
} from "./admission/admission.ts";
import { withoutClaimed } from "./admission/authentication/identity-fields.ts";
import { withoutCredentials } from "./admission/authentication/without-credentials.ts";
import { preflightFor } from "./admission/cors.ts";
import { type AddressLists, NO_LISTS } from "./admission/list-shelf.ts";
import { endsHere, objectionToAdmitting } from "./admission/objections.ts";
import { inEachPool } from "./balancing/each-pool.ts";
import { inRollout } from "./caching/law/in-rollout.ts";
import { ownAnswer, problemReply } from "./delivery/own-answer.ts";
import { changesBodies, forTheWhole, forTransforms, withoutUnsafeRange } from "./delivery/plan-transforms.ts";
import { readsFiles } from "./files/reads-files.ts";
import type { Snapshot } from "./keeping/snapshot.ts";
import { type Asked, type OriginAsk, ownReply } from "./message.ts";
import { type Outcome, requestIdOf, type Visit } from "./outcome.ts";
import { isPurgeRequest, type PurgeRules } from "./purging/purge-rules.ts";
import type { Refusal } from "./refusal.ts";
import { otherUrls } from "./rewriting/other-urls.ts";
import { toOrigin } from "./rewriting/to-origin.ts";
import { withoutPins } from "./rewriting/without-pins.ts";
import { asSiteSees } from "./routing/identify.ts";
import { matchRoute } from "./routing/match-route.ts";
import type { Unread } from "./routing/read-request.ts";
import type { Action, CompiledSite, ProxyAction } from "./site.ts";

export type Decision =
  | Onward
  /** The outside world is asked whether the request may go on. */
  | Inquest
  /** The keeper is told, if the request may purge. */
  | {
      readonly kind: "purge";
      readonly asked: Asked;
      readonly site: CompiledSite;
      readonly rules: PurgeRules;
    };

export interface Inquest {
  readonly kind: "inquire";
  readonly inquiries: readonly Inquiry[];
  /** What the rules have found, which need not ask. */
  readonly findings: Findings;
  /** What follows if the request may go on, and if not. */
  pass(findings: Findings): Onward | Inquest;
  end(ending: Ending, findings: Findings): Onward;
}

/** What follows for a request that is neither in question nor a purge. */
export type Onward =
  /** The edge answers the request itself. */
  | { readonly kind: "answer"; readonly outcome: Outcome }
  /** The store or an origin answers. */
  | Forward;

export interface Forward {
  readonly kind: "forward";
  readonly known: Known;
  readonly action: ProxyAction;
  /** What the store and the origins are asked, which is not always what the client has asked. */
  readonly asked: Asked;
  ask(): OriginAsk;
  /** The same for the whole of a representation of which a part is no use; absent where a part is. */
  whole?(): Forward;
}

export type Known = Required<Pick<Outcome, "asked" | "site" | "matched" | "snapshot">> &
  Pick<Outcome, "findings">;

/** `read` is the request as it came in. This function decides which of its claims the site believes. */
export function decide(
  site: CompiledSite,
  read: Asked,
  visit: Visit,
  snapshot: Snapshot,
  lists: AddressLists = NO_LISTS,
): Decision {
  // 1. Route: which route of the site.
  const seen = asSiteSees(read, site);
  const asked = site.identity ? withoutClaimed(seen, site.identity) : seen;
  if (asked.path.startsWith(EDGE_PREFIX))
    return answer(refused({ reason: "reserved-path" }, visit, { asked, site }));
  // Also while the site is switched off: what must not be served again can be purged before it is back.
  const rules = site.purgeRequests;
  if (rules && isPurgeRequest(asked.method)) return { kind: "purge", asked, site, rules };
  if (snapshot.switches.kill) return answer(refused({ reason: "site-off" }, visit, { asked, site }));
  const identify = site.identity?.identify;
  if (!identify) return routed({ asked, site, snapshot, lists }, visit);
  // Which route it is depends on who asks.
  return {
    kind: "inquire",
    inquiries: [identify],
    findings: nothingFound(asked),
    pass: ({ identity }) =>
      routed({ asked: { ...asked, claims: identity?.claims ?? {} }, site, snapshot, lists }, visit),
    end: (ending, findings) => answer(endOf(ending, visit, { asked, site, snapshot, findings })),
  };
}

function routed({ asked, site, snapshot, lists }: Found, visit: Visit): Onward | Inquest {
  const matched = routeFor(site, asked);
  const known = { asked, site, snapshot, ...(matched.ok && { matched: matched.value }) };

  // 2. Admit.
  const objection = matched.ok && objectionToAdmitting(site, asked);
  if (objection) return answer(refused(objection, visit, known));
  const { maintenance } = snapshot.switches;
  if (maintenance && !site.judgesMaintenance && matched.ok && matched.value.route.action.kind === "proxy")
    return answer(refused({ reason: "maintenance", ...maintenance }, visit, known));
  const onward = (findings?: Findings): Onward => {
    if (!matched.ok) return answer(refused(matched.error, visit, { asked, site, findings }));
    const removed = matched.value.route.admission?.removes;
    const found = findings?.asked ?? asked;
    const kept = removed ? withoutCredentials(found, removed) : found;
    return whatFollows({ site, asked: kept, matched: matched.value, snapshot, findings }, visit);
  };
  const admission = matched.ok ? matched.value.route.admission : site.admission;
  if (admission === null) return onward();
  return admitted(admission, { ...known, lists }, visit, onward);
}

/**
 * A preflight asks about another request, so it gets the policy of the route that takes that one. Only the values of its fields are not
 * known yet. If that route leaves CORS to its origin, the preflight goes there: the policy of another route must not answer for it.
 */
function routeFor(site: CompiledSite, asked: Asked): ReturnType<typeof matchRoute> {
  const method = site.answersPreflights ? preflightFor(asked) : undefined;
  if (method === undefined) return matchRoute(site, asked);
  const matched = matchRoute(site, { ...asked, method });
  if (matched.ok && matched.value.route.cors) return matched;
  const taken = matchRoute(site, asked);
  return matched.ok && taken.ok && taken.value.route.cors ? matched : taken;
}

type Found = Required<Pick<Outcome, "asked" | "site" | "snapshot">> &
  Pick<Outcome, "matched"> & { readonly lists: AddressLists };

/** What the rules of the route say, or of the site where no route takes the request. */
function admitted(
  admission: Admission,
  { lists, ...known }: Found,
  visit: Visit,
  pass: (findings: Findings) => Onward,
): Onward | Inquest {
  const { inquiries } = admission;
  const end = (ending: Ending, findings: Findings) =>
    answer(endOf(ending, visit, { ...known, asked: findings.asked, findings }));
  const facts = { now: visit.startedAt, snapshot: known.snapshot, lists };
  const { findings, ending } = judge(admission, known.asked, facts);
  if (ending) return end(ending, findings);
  return inquiries.length === 0 ? pass(findings) : { kind: "inquire", inquiries, findings, pass, end };
}

function endOf(ending: Ending, visit: Visit, known: Partial<Outcome>): Outcome {
  if (ending.kind === "answered") return { ...known, reply: ending.reply };
  const problem = refused(ending.refusal, visit, known);
  return withFields(ending.reply ? { ...problem, reply: ending.reply } : problem, ending.fields ?? []);
}

function withFields(outcome: Outcome, fields: readonly (readonly [name: string, value: string])[]): Outcome {
  for (const [name, value] of fields) outcome.reply.headers.append(name, value);
  return outcome;
}

/** What a route does with a request that may go on. */
function whatFollows(known: Known, visit: Visit): Onward {
  const { asked, site, matched, snapshot } = known;
  const { cacheOff } = snapshot.switches;
  if (endsHere(asked)) return answer({ ...known, reply: ownReply(204, new Headers(), null) });
  const { route, captures } = matched;
  const action = inRollout(cacheOff ? withoutCache(route.action) : route.action, site);
  const requestId = requestIdOf(visit, asked);
  if (action.kind !== "proxy")
    return answer({
      ...known,
      reply: ownAnswer(action, { asked, captures, requestId, secrets: site.secrets }),
    });

  if (action.files?.otherwise === null && !readsFiles(asked.method))
    return answer(
      withFields(refused({ reason: "method-not-allowed" }, visit, known), [["allow", "GET, HEAD"]]),
    );

  const unpinned = withoutPins(asked, site.ownCookies);
  const others = otherUrls({ asked: unpinned, site, action, admission: route.admission, requestId });
  if (!others.ok) return answer(refused(others.error, visit, known));

  // 3. Rewrite: the request as the origin should see it. Computed only when an origin has to be asked.
  const { loopToken, secrets } = site;
  const rewriting = { loopToken, requestId, action, captures, secrets, otherUrls: others.value };
  const forwarded = unpinned === asked ? known : { ...known, asked: unpinned };
  const forward = (asks: Asked): Forward =>
    ({
      kind: "forward",
      known: forwarded,
      action,
      asked: asks,
      ask: once(() => toOrigin(asks, rewriting)),
    }) as const;
  if (!changesBodies(route))
    return forward(route.compression && visit.compresses ? withoutUnsafeRange(unpinned) : unpinned);
  const plain = forTransforms(unpinned, route);
  return { ...forward(plain), whole: () => forward(forTheWhole(plain)) };
}

const withoutCache = (action: Action): Action =>
  action.kind === "proxy" ? inEachPool(action, (one) => ({ ...one, cache: null })) : action;

const answer = (outcome: Outcome): Onward => ({ kind: "answer", outcome });

/** One that cannot be read is refused in the name of the site that serves its host, if there is one. */
export function refusedUnread({ refusal, asked }: Unread, visit: Visit, site?: CompiledSite): Outcome {
  return refused(
    refusal,
    visit,
    asked && site ? { asked: asSiteSees(asked, site), site } : asked && { asked },
  );
}

/** A refusal with its problem document, and what is known about the request so far. */
export function refused(refusal: Refusal, visit: Visit, known: Partial<Outcome> = {}): Outcome {
  return { ...known, refusal, reply: problemReply(refusal, requestIdOf(visit, known.asked), known) };
}
