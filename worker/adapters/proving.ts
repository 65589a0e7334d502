// What authentication asks of the world, on this platform.
import type { Proving } from "../admission/authentication/proving.ts";
import type { Log } from "../ports.ts";
import { boundedAsk } from "./bounded-ask.ts";
import { loginProvider } from "./login-provider.ts";
import { isPassword } from "./passwords.ts";
import { verifyToken } from "./verify-token.ts";
import { macWith, signingWith } from "./web-crypto.ts";

export interface ProvingOptions {
  /** What every fetch has on this platform. */
  readonly platform: object;
  readonly log: Pick<Log, "warn">;
}

export function provingOn({ platform, log }: ProvingOptions): Proving {
  let ownKey: Promise<CryptoKey> | undefined;
  const makeKey = () => crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const ask = boundedAsk(platform);
  return {
    fingerprint: async (text) => {
      ownKey ??= makeKey() as Promise<CryptoKey>;
      return macWith(await ownKey, text);
    },
    isPassword: (password, hash) => isPassword(password, hash, log),
    verifyToken,
    signingBy: signingWith,
    login: loginProvider(ask),
    ask,
  };
}
