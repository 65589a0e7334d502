// What is decided about this request, and why? The decisions are those of live traffic (foresee.ts). This file only
// describes them, as plain data.
import type {
  AnswerExplained,
  AskedExplained,
  Explanation,
  FullExplanation,
  HeaderField,
  LogExplained,
  OriginRequestExplained,
  RolloutExplained,
} from "../../shared/explain.ts";
import { CORS_FIELDS } from "../../shared/site/cors-fields.ts";
import { NO_LISTS } from "../admission/list-shelf.ts";
import type { Pool } from "../balancing/pool.ts";
import type { Known } from "../decision.ts";
import { tellCompression } from "../delivery/compression/compression.ts";
import { tellEdits } from "../delivery/edits/tell-edits.ts";
import { LOG_WITHOUT_SITE } from "../delivery/log-formats.ts";
import { compileDressing, type DressingStep, HSTS } from "../delivery/security-headers.ts";
import { EMPTY_SNAPSHOT } from "../keeping/snapshot.ts";
import type { Asked, OriginAsk, Reply } from "../message.ts";
import { adviceOn, explainRefusal, type Refusal, statusOf } from "../refusal.ts";
import { urlAt } from "../rewriting/from-origin.ts";
import { replaces } from "../rewriting/header-edits.ts";
import { fieldsAt } from "../rewriting/to-origin.ts";
import { pathAndQuery } from "../routing/canonical-target.ts";
import { isUnread } from "../routing/read-request.ts";
import type { Rollout } from "../routing/rollout.ts";
import { explainAdmission } from "./admission-explained.ts";
import { explainCache } from "./cache-explained.ts";
import { explainFiles } from "./files-explained.ts";
import { type Facts, type Foreseen, foresee, type SiteForeseen } from "./foresee.ts";
import { explainPool, urlsAt } from "./origins-explained.ts";
import { passedOver } from "./passed-over.ts";
import { explainPurges } from "./purges-explained.ts";

export function explain(found: SiteForeseen, facts: Facts): FullExplanation {
  const foreseen = foresee(found, facts);
  const asksNoRoute = foreseen.purges !== undefined || isUnread(foreseen.asked);
  const earlier = asksNoRoute ? [] : passedOver(foreseen);
  const next = foreseen.matched || asksNoRoute ? undefined : foreseen.site?.routes[earlier.length]?.();
  const told = { ...tell(foreseen, facts), passedOver: earlier, refusedAt: next?.id ?? null };
  return told.site && found && "share" in found
    ? { ...told, site: { ...told.site, rollout: tellRollout(found, told.site.version) } }
    : told;
}

const tellRollout = ({ live, next, share }: Rollout, version: string): RolloutExplained => ({
  took: version === next.version ? "next" : "live",
  live: live.version,
  next: next.version,
  share,
});

/** Without the routes passed over: what the test of a site needs, at a fraction of the cost. */
export function explainBriefly(found: SiteForeseen, facts: Facts): Explanation {
  return tell(foresee(found, facts), facts);
}

function tell(
  foreseen: Foreseen,
  { now, stored, known, lists = NO_LISTS, usedUp, claims }: Facts,
): Explanation {
  const { asked, site, matched, purges, refusal, forward } = foreseen;
  const admission = purges || isUnread(asked) ? null : (matched ? matched.route : site)?.admission;
  return {
    request: asked && !isUnread(asked) ? tellAsked(asked) : null,
    site: site ? { name: site.name, version: site.version, hosts: site.hosts } : null,
    route: matched
      ? { id: matched.route.id, patterns: matched.route.patterns, captures: matched.captures }
      : null,
    purges: purges && site ? explainPurges(purges, site) : null,
    admission:
      admission && asked
        ? explainAdmission(admission, asked, { now, snapshot: EMPTY_SNAPSHOT, lists, usedUp, claims })
        : [],
    refusal: refusal ? tellRefusal(refusal) : null,
    files: forward ? explainFiles(forward) : null,
    toOrigin: forward?.throughPool
      ? tellOriginRequest(forward.asked, forward.ask, forward.throughPool.pool)
      : null,
    cache: forward ? explainCache({ ...forward, stored, now }) : null,
    pool: forward?.throughPool
      ? explainPool(
          forward.throughPool,
          { now, known },
          {
            ask: forward.ask,
            client: forward.asked.client,
            nextPools: forward.nextPools,
            sorry: forward.sorry,
          },
        )
      : null,
    answer: tellAnswer(foreseen),
    log: tellLog(foreseen),
  };
}

function tellRefusal(refusal: Refusal): Explanation["refusal"] {
  const sentences = [explainRefusal(refusal), adviceOn(refusal)].filter((sentence) => sentence !== undefined);
  return { reason: refusal.reason, status: statusOf(refusal), detail: sentences.join(" ") };
}

function tellAsked(asked: Asked): AskedExplained {
  return {
    method: asked.method,
    url: `${asked.scheme}://${asked.authority}${pathAndQuery(asked)}`,
    path: asked.path,
    client: { ip: asked.client.ip, country: asked.client.country ?? null },
  };
}

function tellOriginRequest(asked: Asked, ask: OriginAsk, pool: Pool): OriginRequestExplained {
  const urls = urlsAt(pool, ask);
  // For the first origin. A field that contains URLs differs at the next origin.
  const first = pool.tiers[0]?.origins[0];
  const sent = fieldsAt(ask, first ? urlAt(first, ask.authority) : "");
  const headers = [...sent];
  return {
    method: ask.method,
    url: urls[0]?.url ?? ask.target,
    urls,
    headers,
    added: headers.filter(([name, value]) => asked.headers.get(name) !== value),
    // Host is removed too, but each origin sees one: see `urls`.
    removed: [...asked.headers.keys()].filter((name) => name !== "host" && !ask.headers.has(name)),
  };
}

function tellLog({ site, refusal, forward, reply }: Foreseen): LogExplained {
  const { sample, format, fields = null, query, bytes } = site?.log ?? LOG_WITHOUT_SITE;
  const isAlways = refusal !== undefined || (!forward && reply.status >= 500);
  return { share: isAlways ? 1 : sample, format, fields, query, bytes };
}

/** Removed by the edits of the site and the route, by the security headers and by a CORS policy. */
function removedFrom({ site, matched }: Known, reply: Reply): string[] {
  const { route } = matched;
  const layers = [site, route].flatMap(({ responseEdits }) => responseEdits?.layers ?? []);
  const edited = layers.flatMap(({ remove }) => remove);
  const replaced = route.cors ? CORS_FIELDS : [];
  const undressed = route.dressing.steps.filter((step) => step.do === "remove").map(({ name }) => name);
  return [...new Set([...edited, ...undressed, ...replaced])].filter((name) => !reply.headers.has(name));
}

/** What stands in place of a refusal. */
function pageShown({ site, matched, reply, refusal }: Foreseen): string[] {
  const page =
    refusal && reply.isProblem && (matched ? matched.route : site)?.errors?.pageFor(reply.status, false);
  if (!page) return [];
  return [
    `the page ${page.kind === "pool" ? `${page.path} of ${page.pool}` : page.name} stands in its place`,
  ];
}

function tellAnswer(foreseen: Foreseen): AnswerExplained {
  const { asked, site, matched, forward, reply } = foreseen;
  const dressing = matched?.route.dressing ?? site?.dressing ?? compileDressing("basic", undefined);
  const isUndone = (step: DressingStep) =>
    (step.name === HSTS && asked?.scheme !== "https") ||
    (dressing.ofSite.includes(step) && replaces(matched?.route.responseEdits, step.name));
  return {
    status: forward ? null : reply.status,
    // The Date of an origin's response is its own.
    headers: ([...reply.headers] as HeaderField[]).filter(([name]) => !forward || name !== "date"),
    removed: forward ? removedFrom(forward, reply) : [],
    // The runtime sends no content in response to HEAD (RFC 9110 §9.3.2). What the edge makes itself is text.
    body: asked?.method === "HEAD" ? null : (reply.body as string | null),
    edits: [
      ...((forward && matched?.route.edits && tellEdits(matched.route.edits)) || []),
      ...(matched?.route.compression ? [tellCompression(matched.route.compression)] : []),
      ...pageShown(foreseen),
    ],
    security: dressing.label,
    securitySteps: dressing.steps
      .filter((step) => !isUndone(step))
      .map((step) => ({ ...step, value: "value" in step ? step.value : null })),
  };
}
