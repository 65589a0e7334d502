// The public keys of Cloudflare Access, read from its team's URL and kept in the isolate.
import type { HonoJsonWebKey } from "hono/utils/jwt/jws";
import { endOf } from "./within.ts";

export interface AccessKeys {
  /** Undefined if they cannot be read. `isFresh`: read again, if the last reading is not too young for that. */
  of(teamUrl: string, isFresh: boolean): Promise<readonly AccessKey[] | undefined>;
}

export type AccessKey = HonoJsonWebKey & { readonly kid: string };

const KEPT_MS = 3_600_000;
/** So that made-up assertions do not make us ask for each of them. */
const AGAIN_AFTER_MS = 30_000;
const WITHIN_MS = 5_000;

interface Kept {
  readonly keys: readonly AccessKey[];
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
function read(url: string): Promise<readonly AccessKey[] | undefined> {
  const reading = fetch(url, { redirect: "manual" }).then(async (answer) =>
    answer.ok ? ((await answer.json()) as { readonly keys?: readonly AccessKey[] }) : undefined,
  );
  return endOf(reading, WITHIN_MS, {
    arrived: (found) => (Array.isArray(found?.keys) ? found.keys : undefined),
    failed: () => undefined,
    late: () => undefined,
  });
}
