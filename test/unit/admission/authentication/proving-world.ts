// What authentication asks of the world, in a test: a clock, servers and secrets of the test, and the real cryptography.
import { err, ok, type Result } from "../../../../shared/result.ts";
import { provingOn } from "../../../../worker/adapters/proving.ts";
import { sealing } from "../../../../worker/adapters/sealing.ts";
import { digest, signingWith } from "../../../../worker/adapters/web-crypto.ts";
import { KeySetShelf } from "../../../../worker/admission/authentication/key-set-shelf.ts";
import type { Proof } from "../../../../worker/admission/authentication/proof.ts";
import { ProviderShelf } from "../../../../worker/admission/authentication/provider-shelf.ts";
import type { Question, Told } from "../../../../worker/admission/authentication/proving.ts";
import { Remembered } from "../../../../worker/admission/authentication/remembered.ts";
import type { ProvingPorts } from "../../../../worker/admission/flow/proving-ports.ts";

export type Says = Partial<Told> | Error;

export interface World extends ProvingPorts {
  clock: number;
  /** What other servers were asked. */
  readonly questions: Question[];
  readonly warnings: string[];
  /** How often a password was computed. */
  computed: number;
  says(question: Question): Says | Promise<Says>;
}

export function aWorld(secrets: Record<string, string> = {}, root: string | null = null): World {
  const warnings: string[] = [];
  const log = { warn: (message: string) => void warnings.push(message), request: () => undefined };
  const real = provingOn({ platform: {}, log });
  const world: World = {
    clock: 1_800_000_000_000,
    questions: [],
    warnings,
    computed: 0,
    says: () => new Error("nobody answers"),
    now: () => world.clock,
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    background: (work) => void work,
    log,
    digest,
    newId: () => crypto.randomUUID().replaceAll("-", ""),
    sealing: sealing(root ?? undefined, log),
    signing: root === null ? null : signingWith(root),
    secrets: (_site, name) => secrets[name],
    keySets: new KeySetShelf(),
    providers: new ProviderShelf(),
    remembered: new Remembered<Proof>(),
    proving: {
      ...real,
      isPassword: (password, hash) => {
        world.computed++;
        return real.isPassword(password, hash);
      },
      ask: async (question): Promise<Result<Told, string>> => {
        world.questions.push(question);
        const said = await world.says(question);
        return said instanceof Error
          ? err(said.message)
          : ok({ status: 200, headers: new Headers(), body: "", ...said });
      },
    },
  };
  return world;
}
