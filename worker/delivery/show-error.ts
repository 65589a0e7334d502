// Shows a client the page that the site has for an error, in place of the error. Flow.

import type { Soon } from "../../shared/soon.ts";
import { send } from "../balancing/send.ts";
import { letGo } from "../bodies/let-go.ts";
import type { Ports } from "../isolate.ts";
import { EMPTY_SNAPSHOT } from "../keeping/snapshot.ts";
import type { OriginAsk } from "../message.ts";
import { type Outcome, requestIdOf, type Visit } from "../outcome.ts";
import { fromOrigin } from "../rewriting/from-origin.ts";
import { pathAndQuery } from "../routing/canonical-target.ts";
import { type ErrorPage, isError, poolPage, textPage } from "./error-pages.ts";

type Known = Outcome & Required<Pick<Outcome, "asked" | "site">>;

/** The outcome as it is, or with a page in place of its reply. */
export function showError(outcome: Outcome, visit: Visit, ports: Ports): Soon<Outcome> {
  const { asked, site, matched, reply, refusal } = outcome;
  const pages = (matched ? matched.route : site)?.errors;
  if (!pages || !asked || !site || !isError(reply, asked) || isOwnPage(outcome)) return outcome;
  const page = pages.pageFor(reply.status, refusal === undefined);
  if (!page) return outcome;
  const known = { ...outcome, asked, site };
  if (page.kind === "pool") return shownFromPool(known, page, ports);
  const facts = {
    status: reply.status,
    reason: refusal?.reason ?? "of-the-origin",
    requestId: requestIdOf(visit, asked),
  };
  letGo(reply.body, ports);
  return { ...outcome, reply: textPage(page, facts, reply) };
}

/** A challenge, a page of maintenance or what says sorry stands in place of the error already; so does an answer that a route has fixed. */
const isOwnPage = ({ refusal, reply, matched }: Outcome): boolean =>
  refusal ? !reply.isProblem : matched?.route.action.kind !== "proxy";

async function shownFromPool(
  outcome: Known,
  { pool: id, path }: Extract<ErrorPage, { kind: "pool" }>,
  ports: Ports,
): Promise<Outcome> {
  const { asked, site, snapshot, reply } = outcome;
  const pool = site.pools.get(id);
  if (!pool || ports.subrequests?.areUsedUp) return outcome;
  const errand = {
    pool,
    ask: questionFor(path, outcome),
    client: asked.client,
    body: null,
    retriesNonIdempotent: false,
    told: (snapshot ?? EMPTY_SNAPSHOT).origins,
  };
  const { result, sending } = await send(errand, ports);
  ports.metrics?.attempts(site.name, sending.pool, sending.attempts);
  const { answeredBy } = sending;
  if (!result.ok || !answeredBy) return outcome;
  const shown = poolPage(fromOrigin(result.value, answeredBy.origin, asked), reply);
  if (!shown) {
    letGo(result.value.body, ports);
    return outcome;
  }
  letGo(reply.body, ports);
  return { ...outcome, reply: shown };
}

/** Nothing of the client is in it: the page may belong to somebody else, and is the same for all. */
function questionFor(path: string, { asked, site }: Known): OriginAsk {
  return {
    method: asked.method === "HEAD" ? "HEAD" : "GET",
    target: pathAndQuery({ path, query: "", loneMark: false }),
    authority: asked.authority,
    headers: new Headers({ "cdn-loop": site.loopToken, via: "1.1 headgate", "accept-encoding": "identity" }),
    receivedBytes: 0,
    otherUrls: [],
  };
}
