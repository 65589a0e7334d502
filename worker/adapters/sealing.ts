// The keys of the edge's own cookies. Each is derived once for each isolate, because requests need it.
import type { Log, Sealed, Sealing } from "../ports.ts";
import { keyFor, macWith } from "./web-crypto.ts";

/** What the keys are derived from: a change would end all sessions. */
const PURPOSES: Readonly<Record<Sealed, string>> = {
  pin: "headgate sticky sessions",
  challenge: "headgate challenges",
  login: "headgate logins",
};

const MISSED: Readonly<Record<Sealed, string>> = {
  pin: "sticky sessions keep no client at its origin",
  challenge: "nobody can pass a challenge",
  login: "nobody can log in",
};

/** A client can forge any number of cookies. */
const FOREIGN =
  "a client's cookie was not sealed here: HEADGATE_SECRET has changed, or differs from that of another edge, or the cookie is of another " +
  "pool, or forged; the client is bound anew";
const MOST_TOLD = 1_000;

export function sealing(secret: string | undefined, log: Pick<Log, "warn">): Sealing {
  const keys = new Map<Sealed, Promise<CryptoKey> | undefined>();
  const told = new Set<string>();
  const keyOf = (what: Sealed): Promise<CryptoKey> | undefined => {
    if (!keys.has(what)) {
      // Warns once, and not at each request.
      if (!secret) log.warn(`HEADGATE_SECRET is not set, so ${MISSED[what]}`, {});
      keys.set(what, secret ? keyFor(secret, PURPOSES[what]) : undefined);
    }
    return keys.get(what);
  };
  return {
    mac: async (what, text) => {
      const key = await keyOf(what);
      return key && macWith(key, text);
    },
    foreign: (what, place) => {
      const which = `${what} ${place}`;
      if (told.has(which) || told.size === MOST_TOLD) return;
      told.add(which);
      log.warn(FOREIGN, { cookie: what, place });
    },
  };
}
