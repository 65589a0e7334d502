// Which site serves this host? Sites are read once, compiled once per version, kept in the isolate and refreshed in
// the background. If the store fails or holds an invalid site, the last good version stays in use.
import { err, ok, type Result } from "../../shared/result.ts";
import { CHECKING_RULES } from "../../shared/site/checking-rules.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Problem } from "../../shared/site/problem.ts";
import { type Pointer, readStored } from "../../shared/site/stored.ts";
import { type Soon, whenHere } from "../../shared/soon.ts";
import { compileSite } from "../compile-site.ts";
import type { Ports } from "../isolate.ts";
import type { Refusal } from "../refusal.ts";
import type { CompiledSite } from "../site.ts";
import { hostPatterns } from "./hosts.ts";
import { ageOf, type Kept } from "./site-shelf.ts";

export type SitePorts = Pick<Ports, "now" | "wait" | "background" | "log" | "sites" | "shelf">;

type SiteFound = Result<CompiledSite, Refusal>;

/** Synchronous if the shelf has what decides, which is the common case. */
export function findSite(host: string, ports: SitePorts): Soon<SiteFound> {
  return whenHere(firstUsable(host, ports), (found) => {
    if (!found) return err({ reason: "no-site", host });
    return found.ok ? found : err({ reason: found.error, host });
  });
}

type Usable = Result<CompiledSite, "site-invalid" | "site-unavailable">;

/**
 * Of the patterns that match the host, the narrowest that the store has. Most hosts are found under their own name, so the
 * others are made on demand.
 */
function firstUsable(host: string, ports: SitePorts): Soon<Usable | undefined> {
  const patterns = hostPatterns(host);
  for (const pattern of patterns) {
    const found = siteAt(pattern, ports);
    if (found instanceof Promise) {
      const others = [...patterns];
      const wider = () => firstOf(others, ports);
      // In parallel, but for the exact host: one that only `*` serves would otherwise wait for one read after another.
      if (pattern === host) return found.then((own) => own ?? wider());
      return Promise.all([found, wider()]).then(([own, other]) => own ?? other);
    }
    if (found) return found;
  }
  return undefined;
}

async function firstOf(patterns: readonly string[], ports: SitePorts): Promise<Usable | undefined> {
  const all = await Promise.all(patterns.map((pattern) => siteAt(pattern, ports)));
  return all.find((found) => found !== undefined);
}

function siteAt(pattern: string, ports: SitePorts): Soon<Usable | undefined> {
  return whenHere(shelvedOrRead(pattern, ports), ({ found }) => {
    if (!found.ok) return found;
    const { value } = found;
    if (value === undefined) return undefined;
    if (!("sameAs" in value)) return ok(value);
    return whenHere(shelvedOrRead(value.sameAs, ports), (other) => {
      if (!other.found.ok) return other.found;
      // A pointer can outlive the line of the site file that it was written for.
      const site = other.found.value && !("sameAs" in other.found.value) ? other.found.value : undefined;
      return site?.hosts.includes(pattern) ? ok(site) : undefined;
    });
  });
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
  const kept = await readText(pattern, ports);
  ports.shelf.keep(pattern, kept);
  return kept;
}

async function readText(pattern: string, ports: SitePorts): Promise<Kept> {
  const { shelf, log } = ports;
  let text: string | undefined;
  try {
    text = await ports.sites.read(pattern);
  } catch (error) {
    const before = shelf.get(pattern);
    log.warn("the site store failed; what was read last stays in use", { pattern, error: String(error) });
    if (before?.found.ok) return { ...before, readAt: ports.now() };
    return { version: undefined, found: err("site-unavailable"), size: 0, readAt: ports.now() };
  }
  const readAt = ports.now();
  if (text === undefined) return { version: undefined, found: ok(undefined), size: 0, readAt };

  const version = await fingerprintOf(text);
  const before = shelf.get(pattern); // read only now: another request may have stored the same text
  if (before?.version === version) return { ...before, readAt };
  const stored = await compileText(text, version);
  if (stored.ok) return { version, found: stored, size: text.length, readAt };

  log.warn("the stored site is invalid; the last good one stays in use, if there is one", {
    pattern,
    problems: stored.error,
  });
  const hasLastGood = before?.found.ok && before.found.value !== undefined;
  return hasLastGood
    ? { ...before, version, readAt }
    : { version, found: err("site-invalid"), size: text.length, readAt };
}

/** A text that the command line has checked needs no schema here, so no schema is loaded for it. */
async function compileText(
  text: string,
  version: string,
): Promise<Result<CompiledSite | Pointer, Problem[]>> {
  const read = readStored(text);
  if (!read.ok) return read;
  const stored = read.value;
  if (stored.kind === "pointer") return ok(stored);
  if (stored.kind === "unchecked") return compileUnchecked(stored.file, version);
  if ((await fingerprintOf(stored.body)) !== stored.fingerprint) {
    return err([{ path: "", message: "was changed after it was checked; push its site file again" }]);
  }
  return stored.checkedBy === CHECKING_RULES
    ? ok(compileSite(JSON.parse(stored.siteJson), stored.version))
    : compileUnchecked(JSON.parse(stored.fileJson), stored.version);
}

async function compileUnchecked(file: unknown, version: string): Promise<Result<CompiledSite, Problem[]>> {
  const unchecked = await import("./compile-unchecked.ts");
  return unchecked.compileUnchecked(file, version);
}
