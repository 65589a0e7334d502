// The public keys of Cloudflare Access, read from its team's URL and kept in the isolate.
import type { KeySet } from "../admission/authentication/auth.ts";
import { endOf } from "./within.ts";

export interface AccessKeys {
  /** Undefined if they cannot be read. `isFresh`: read again, if the last reading is not too young for that. */
  of(teamUrl: string, isFresh: boolean): Promise<KeySet | undefined>;
}

const KEPT_MS = 3_600_000;
/** So that made-up assertions do not make us ask for each of them. */
const AGAIN_AFTER_MS = 30_000;
const WITHIN_MS = 5_000;

interface Kept {
  readonly keys: KeySet;
  readonly readAt: number;
}

export function accessKeys(now: () => number): AccessKeys {
  let kept: Kept | undefined;
  return {
    of: async (teamUrl, isFresh) => {
      const age = kept ? now() - kept.readAt : Number.POSITIVE_INFINITY;
      if (kept && age < (isFresh ? AGAIN_AFTER_MS : KEPT_MS)) return kept.keys;
      const keys = await read(`${teamUrl}/cdn-cgi/access/certs`);
      if (keys) kept = { keys, readAt: now() };
      return kept?.keys;
    },
  };
}

/** Undefined if there are none. Fails closed: then nobody gets in by Access. */
function read(url: string): Promise<KeySet | undefined> {
  const reading = fetch(url, { redirect: "manual" }).then(async (answer) =>
    answer.ok ? ((await answer.json()) as Partial<KeySet> | null) : undefined,
  );
  return endOf(reading, WITHIN_MS, {
    arrived: (found) => (Array.isArray(found?.keys) ? { keys: found.keys } : undefined),
    failed: () => undefined,
    late: () => undefined,
  });
}
