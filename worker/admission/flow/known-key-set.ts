// The public keys of an issuer: those that the isolate has, refreshed in the background; or read while the request waits, if it has
// none or a token names one that is not among them.
import { err, ok, type Result } from "../../../shared/result.ts";
import type { KeySet } from "../authentication/auth.ts";
import { readKeySet } from "../authentication/key-set.ts";
import type { ProvingPorts } from "./proving-ports.ts";

const WITHIN_MS = 5_000;
/** A hundred RSA keys with their certificates. */
const MAX_BYTES = 512 * 1_024;

/** Undefined if they were never read. */
export async function keysKnown(url: string, ports: ProvingPorts): Promise<KeySet | undefined> {
  const { keySets } = ports;
  const known = keySets.keysAt(url);
  const since = keySets.triedAt(url);
  if (keySets.claim(url, ports.now(), "age")) {
    const reading = read(url, ports);
    // Also if this request is cut off: others depend on it.
    ports.background(reading);
    if (!known) await reading;
  } else if (!known && keySets.isBeingRead(url, ports.now())) await otherReading(url, since, ports);
  return keySets.keysAt(url);
}

/** Undefined if they are the same, or have been read too lately to be read again. */
export async function keysReadAgain(
  url: string,
  before: KeySet,
  ports: ProvingPorts,
): Promise<KeySet | undefined> {
  const { keySets } = ports;
  const since = keySets.triedAt(url);
  if (keySets.claim(url, ports.now(), "unknown-key")) {
    const reading = read(url, ports);
    ports.background(reading);
    await reading;
  } else if (keySets.isBeingRead(url, ports.now())) await otherReading(url, since, ports);
  const after = keySets.keysAt(url);
  return after === before ? undefined : after;
}

async function read(url: string, ports: ProvingPorts): Promise<void> {
  const found = await asked(url, ports);
  if (found.ok) return ports.keySets.keep(url, found.value, ports.now());
  ports.keySets.failed(url, ports.now());
  const uses = ports.keySets.keysAt(url) ? "the last good ones" : "none, so nobody gets in";
  ports.log.warn("the keys of an issuer cannot be read", { url, because: found.error, uses });
}

async function asked(url: string, { proving }: ProvingPorts): Promise<Result<KeySet, string>> {
  const headers = [["accept", "application/json"]] as const;
  const told = await proving.ask({ url, headers, withinMs: WITHIN_MS, maxBytes: MAX_BYTES });
  if (!told.ok) return told;
  const { status, body } = told.value;
  if (status !== 200) return err(`the status is ${status}`);
  const read = readKeySet(body);
  return read.ok ? ok(read.value) : read;
}

/** A request that waits for another one's reading looks again after this time, so often at most: a little more than a reading takes. */
const LOOK_AGAIN_MS = 5;
const MAX_LOOKS = 1_100;

/**
 * The runtime may cancel a request that waits only for the promise of another request (docs/architecture.md, "What requests share"),
 * so this one waits on timers of its own.
 */
async function otherReading(url: string, since: number, { keySets, wait, now }: ProvingPorts): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    if (keySets.triedAt(url) > since || !keySets.isBeingRead(url, now())) return;
    await wait(LOOK_AGAIN_MS);
  }
}
