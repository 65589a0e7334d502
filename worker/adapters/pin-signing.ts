// The key of the cookies of sticky sessions. It is derived once for each isolate, because requests need it.
import type { Log, PinSigning } from "../ports.ts";
import { keyFor, macWith } from "./web-crypto.ts";

export function pinSigning(secret: string | undefined, log: Pick<Log, "warn">): PinSigning {
  if (!secret) return unsigned(log);
  let key: Promise<CryptoKey> | undefined;
  return {
    mac: async (text) => {
      key ??= keyFor(secret, "headgate sticky sessions");
      return macWith(await key, text);
    },
  };
}

/** Warns once, and not at each request. */
function unsigned(log: Pick<Log, "warn">): PinSigning {
  let isTold = false;
  return {
    mac: async () => {
      if (!isTold)
        log.warn("HEADGATE_SECRET is not set, so sticky sessions keep no client at its origin", {});
      isTold = true;
      return undefined;
    },
  };
}
