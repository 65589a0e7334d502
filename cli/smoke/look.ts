// Asks that take several requests, or time.
import { setTimeout as pause } from "node:timers/promises";
import { Asker } from "./ask.ts";
import { type Answer, type Finding, fine, type Place } from "./finding.ts";
import { isHit } from "./judge-caches.ts";
import { judgeStaleSite } from "./judge-edge.ts";
import { PREFIX } from "./smoke-site.ts";

const LOOK_EVERY_MS = 500;
/** One of several isolates may still have an old version. */
const SEEN_IN_A_ROW = 5;

/** Looks until the edge has this version of the site. */
export async function siteSeen(asker: Asker, marker: string, waitMs: number): Promise<Finding> {
  const began = performance.now();
  let seen = 0;
  for (;;) {
    const answer = await asker.get(`${PREFIX}/marker`);
    const waitedMs = performance.now() - began;
    seen = answer.status === 200 && answer.body.toString() === marker ? seen + 1 : 0;
    if (seen === SEEN_IN_A_ROW) return fine(`this version, after ${(waitedMs / 1000).toFixed(1)} s`);
    if (seen === 0 && waitedMs > waitMs) return judgeStaleSite(answer, waitedMs);
    if (seen === 0) await pause(LOOK_EVERY_MS);
  }
}

/** Our address as the place tells it without the Worker; undefined if it does not. */
export async function ownAddress(asker: Asker, place: Place): Promise<string | undefined> {
  if (place === "this-machine") return asker.address;
  if (place !== "cloudflare") return undefined;
  const trace = await asker.get("/cdn-cgi/trace");
  return /^ip=(\S+)$/m.exec(trace.body.toString())?.[1];
}

/** An isolate's own copy lives for five seconds (docs/decisions/0009). */
const NEAR_COPY_IS_GONE_MS = 6_000;
const LOOKS = 4;

/** An answer that is new to the cache, and those to the same request when only the data centre's cache can have it. */
export async function lookLater(asker: Asker): Promise<[first: Answer, later: Answer[]]> {
  const path = `${PREFIX}/cached?smoke=${Date.now().toString(36)}`;
  const first = await asker.get(path);
  await pause(NEAR_COPY_IS_GONE_MS);
  const later: Answer[] = [];
  while (later.length < LOOKS && !later.some(isHit)) later.push(await asker.get(path));
  return [first, later];
}

/** `Date` has seconds. */
const ANOTHER_DATE_MS = 2_000;

export async function twiceUncached(asker: Asker): Promise<[Answer, Answer]> {
  const first = await asker.get(`${PREFIX}/relayed`);
  await pause(ANOTHER_DATE_MS);
  return [first, await asker.get(`${PREFIX}/relayed`)];
}

/** What the platform sends to origins, whatever the client takes. */
const TAKES_CODINGS = { "accept-encoding": "br, gzip" };

/** Undefined if the origin is not to be reached from here. */
export async function twiceAtOrigin(origin: URL): Promise<[Answer, Answer] | undefined> {
  try {
    const asker = await Asker.to(origin);
    const path = origin.pathname + origin.search;
    return [await asker.get(path, TAKES_CODINGS), await asker.get(path, TAKES_CODINGS)];
  } catch {
    return undefined;
  }
}
