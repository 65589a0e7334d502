// Which site serves this host, and which version of it this client? Sites are read once (read-site.ts), kept in the isolate and
// refreshed in the background.
import { err, ok, type Result } from "../../shared/result.ts";
import { type Soon, whenHere } from "../../shared/soon.ts";
import type { Ports } from "../isolate.ts";
import type { Asked } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import type { CompiledSite } from "../site.ts";
import { hostPatterns } from "./hosts.ts";
import { readSite } from "./read-site.ts";
import { type Rollout, versionFor } from "./rollout.ts";
import { ageOf, type Kept } from "./site-shelf.ts";

export type SitePorts = Pick<Ports, "now" | "wait" | "background" | "log" | "sites" | "shelf" | "secrets">;

type SiteFound = Result<CompiledSite, Refusal>;

/** Synchronous if the shelf has what decides, which is the common case. Without `asked` it is the live version. */
export function findSite(host: string, ports: SitePorts, asked?: Asked): Soon<SiteFound> {
  return whenHere(firstUsable(host, ports, asked), (found) => {
    if (!found) return err({ reason: "no-site", host });
    return found.ok ? found : err({ reason: found.error, host });
  });
}

type Usable = Result<CompiledSite, "site-invalid" | "site-unavailable">;

/**
 * Of the patterns that match the host, the narrowest that the store has. Most hosts are found under their own name, so the
 * others are made on demand.
 */
function firstUsable(host: string, ports: SitePorts, asked: Asked | undefined): Soon<Usable | undefined> {
  const patterns = hostPatterns(host);
  for (const pattern of patterns) {
    const found = siteAt(pattern, ports, asked);
    if (found instanceof Promise) {
      const others = [...patterns];
      const wider = () => firstOf(others, ports, asked);
      // In parallel, but for the exact host: one that only `*` serves would otherwise wait for one read after another.
      if (pattern === host) return found.then((own) => own ?? wider());
      return Promise.all([found, wider()]).then(([own, other]) => own ?? other);
    }
    if (found) return found;
  }
  return undefined;
}

async function firstOf(
  patterns: readonly string[],
  ports: SitePorts,
  asked: Asked | undefined,
): Promise<Usable | undefined> {
  const all = await Promise.all(patterns.map((pattern) => siteAt(pattern, ports, asked)));
  return all.find((found) => found !== undefined);
}

function siteAt(pattern: string, ports: SitePorts, asked: Asked | undefined): Soon<Usable | undefined> {
  return whenHere(shelvedOrRead(pattern, ports), ({ found }) => {
    if (!found.ok) return found;
    const { value } = found;
    if (value === undefined) return undefined;
    if (!("sameAs" in value)) return ok(oneOf(value, asked));
    return whenHere(shelvedOrRead(value.sameAs, ports), (other) => {
      if (!other.found.ok) return other.found;
      // A pointer can outlive the line of the site file that it was written for, and one version may lack the host.
      const there = other.found.value;
      const site = there && !("sameAs" in there) ? oneOf(there, asked) : undefined;
      return site?.hosts.includes(pattern) ? ok(site) : undefined;
    });
  });
}

function oneOf(found: CompiledSite | Rollout, asked: Asked | undefined): CompiledSite {
  if (!("share" in found)) return found;
  return asked ? versionFor(found, asked) : found.live;
}

function shelvedOrRead(pattern: string, ports: SitePorts): Soon<Kept> {
  const { shelf } = ports;
  const now = ports.now();
  const kept = shelf.get(pattern);
  const age = kept ? ageOf(kept, now, shelf.rules) : "expired";
  if (kept && age === "fresh") return kept;

  const reading = startReading(pattern, now, ports);
  if (reading) return kept && age === "due" ? kept : reading;
  // Another request is reading it. The last good version serves in the meantime; without one, this request waits.
  if (kept?.found.ok) return kept;
  return awaitOtherReading(pattern, now, ports).then((other) => other ?? readAndShelve(pattern, ports));
}

/**
 * Returns undefined if another request is already reading. The read finishes even if this request is cut off, because
 * others depend on it.
 */
function startReading(pattern: string, now: number, ports: SitePorts): Promise<Kept> | undefined {
  if (!ports.shelf.claimReading(pattern, now)) return undefined;
  const reading = readAndShelve(pattern, ports);
  ports.background(reading);
  return reading;
}

/** A request that waits for another request's read checks the shelf at this interval, up to this many times. */
const LOOK_AGAIN_MS = 5;
const MAX_LOOKS = 200;

/**
 * What another request has put on the shelf in the meantime. The runtime may cancel a request that waits only for the
 * promise of another request (docs/architecture.md, "What requests share"), so this one waits on timers of its own.
 */
async function awaitOtherReading(
  pattern: string,
  since: number,
  ports: SitePorts,
): Promise<Kept | undefined> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    await ports.wait(LOOK_AGAIN_MS);
    const kept = ports.shelf.get(pattern);
    if (kept && kept.readAt >= since) return kept;
  }
  return undefined;
}

async function readAndShelve(pattern: string, ports: SitePorts): Promise<Kept> {
  const kept = await readSite(pattern, ports);
  ports.shelf.keep(pattern, kept);
  return kept;
}
