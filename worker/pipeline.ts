// The life of a request. Read this file first, and decision.ts next. Every step is one call into the folder of the
// same name. Decisions are pure functions; everything that touches the outside world goes through `ports`.
import { type Soon, whenHere } from "../shared/soon.ts";
import { nothingFound } from "./admission/admission.ts";
import { admit } from "./admission/flow/admit.ts";
import { admissionOnMiss } from "./admission/flow/admit-miss.ts";
import { knownLists } from "./admission/flow/known-lists.ts";
import { endedIfThrown, watchEnd } from "./admission/flow/watch-end.ts";
import { objectionToPath, type RoutedBefore } from "./admission/objections.ts";
import { saySorry } from "./balancing/say-sorry.ts";
import { sorryOf } from "./balancing/sorry.ts";
import { letGo } from "./bodies/let-go.ts";
import { limitedBody } from "./bodies/limited-body.ts";
import { answerThroughPools } from "./caching/flow/through-pools.ts";
import { decide, type Forward, refused, refusedUnread } from "./decision.ts";
import { deliver } from "./delivery/deliver.ts";
import { isLogged, measureOf } from "./delivery/log-record.ts";
import { logRequest } from "./delivery/log-request.ts";
import { isPartToChange } from "./delivery/plan-transforms.ts";
import { showError } from "./delivery/show-error.ts";
import { answerFromFiles } from "./files/flow/answer-from-files.ts";
import type { Ports } from "./isolate.ts";
import { latestSnapshot } from "./keeping/known-snapshot.ts";
import { EMPTY_SNAPSHOT } from "./keeping/snapshot.ts";
import type { Asked, Body, Reply } from "./message.ts";
import type { Outcome, Visit } from "./outcome.ts";
import { answerPurge } from "./purging/answer-purge.ts";
import { findSite } from "./routing/find-site.ts";
import { readRequest, type Unread } from "./routing/read-request.ts";

/**
 * Synchronous if the answer is already in memory: a cache hit in memory awaits nothing. `routed` if another router has
 * handled the request before, in an app that the edge is embedded in.
 */
export function serve(incoming: Request, ports: Ports, routed?: RoutedBefore): Soon<Reply> {
  const { newId, compresses = false } = ports;
  const visit = { requestId: newId(), startedAt: ports.now(), newNonce: newId, compresses };
  return whenHere(answer(incoming, visit, ports, routed), (outcome) =>
    endedIfThrown(outcome.findings?.ended, () =>
      whenHere(showError(outcome, visit, ports), (shown) => finish(shown, visit, ports)),
    ),
  );
}

/** 6. Deliver: complete the response, and log the request. */
function finish(outcome: Outcome, visit: Visit, ports: Ports): Reply {
  const now = ports.now();
  const reply = deliver(outcome, visit, now);
  const { settled = [], ended } = outcome.findings ?? {};
  for (const settle of settled) settle(reply.status);
  ports.metrics?.request(measureOf(outcome, visit, now));
  const sent = ended ? watchEnd(outcome, ended, ports) : outcome;
  return isLogged(outcome, ports.random()) ? logRequest(sent, visit, now, ports) : sent.reply;
}

function answer(incoming: Request, visit: Visit, ports: Ports, routed?: RoutedBefore): Soon<Outcome> {
  // 1. Route: read the request and find its site.
  const read = readRequest(incoming, ports.peerOf(incoming));
  if (!read.ok) return answerUnread(read.error, visit, ports);
  const asked = read.value;
  return whenHere(siteFor(asked, ports), (site) => {
    if (!site.ok) return refused(site.error, visit, { asked });
    const objection = routed && objectionToPath(routed, site.value);
    if (objection) return refused(objection, visit, { asked, site: site.value });
    // 1. Route, 2. Admit, 3. Rewrite: everything that follows from the request and the site alone.
    const snapshot = latestSnapshot(site.value.name, ports, site.value);
    return whenHere(knownLists(site.value, snapshot, ports), (lists) => {
      const decision = decide(site.value, asked, visit, snapshot ?? EMPTY_SNAPSHOT, lists);
      if (decision.kind === "purge") return answerPurge(decision, incoming.url, visit, ports);
      // 2. Admit, if the outside world has to be asked.
      return whenHere(decision.kind === "inquire" ? admit(decision, ports) : decision, (onward) => {
        if (onward.kind === "answer") return onward.outcome;
        if (routed?.bodyIsGone) return refused({ reason: "body-gone" }, visit, onward.known);
        return endedIfThrown(onward.known.findings?.ended, () =>
          forward(onward, incoming.body, visit, ports),
        );
      });
    });
  });
}

/** A site may have pages and fields of its own for what cannot be read. */
const answerUnread = (unread: Unread, visit: Visit, ports: Ports): Soon<Outcome> =>
  whenHere(unread.asked && siteFor(unread.asked, ports), (site) =>
    refusedUnread(unread, visit, site?.ok ? site.value : undefined),
  );

const siteFor = (asked: Asked, ports: Ports) =>
  ports.onlySite?.(asked.host) ?? findSite(asked.host, ports, asked);

/** 4. and 5. Look up, and answer from the store or through an origin. */
function forward(
  { known, action, asked, ask, whole }: Forward,
  body: Body,
  visit: Visit,
  ports: Ports,
): Soon<Outcome> {
  const { site, matched } = known;
  const { admission, maxBodyBytes } = matched.route;
  const onMiss = admission?.onMiss;
  const miss = onMiss
    ? admissionOnMiss(onMiss, known.findings ?? nothingFound(known.asked), ports)
    : undefined;
  const limited = limitedBody(body, asked.headers, maxBodyBytes);
  const demand = {
    site,
    asked,
    ask,
    action,
    requestId: visit.requestId,
    body: limited?.body ?? body,
    ...(miss && { onMiss: miss.ask }),
  };
  const told = known.snapshot.origins;
  const answering = action.files
    ? answerFromFiles(demand, action.files.otherwise, told, ports)
    : answerThroughPools(demand, told, ports);
  return whenHere(answering, (answer) => {
    const { result, cache, sending } = answer;
    if (whole && body === null && result.ok && isPartToChange(result.value, matched.route)) {
      letGo(result.value.body, ports);
      return forward(whole(), body, visit, ports);
    }
    const found = { ...known, cache, sending, ...(miss && { findings: miss.findings() }) };
    if (result.ok) return { ...found, reply: result.value };
    const error = limited?.objection() ?? result.error;
    const outcome = { ...found, ...refused(error, visit, found), refusal: error };
    for (const [name, value] of miss?.refusalFields() ?? []) outcome.reply.headers.append(name, value);
    return saySorry(outcome, sorryOf(action), ask, visit, ports);
  });
}
