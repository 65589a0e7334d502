// The secrets that sites name, from the variables of the Worker or from the app that embeds the edge. They do not change in the life of
// an isolate.
import { BoundedMap } from "../../shared/remember.ts";
import { type SecretSource, secretFor } from "../../shared/secrets/secret-source.ts";
import type { Log, Secrets } from "../ports.ts";

/** Each is a lookup of a site file, never of a client. */
const MAX_KEPT = 10_000;

/** What cannot be used is told in the log once, and nothing of its value. */
export function secretsFrom(source: SecretSource, log: Pick<Log, "warn">): Secrets {
  const known = new BoundedMap<{ readonly value: string | undefined }>(MAX_KEPT);
  return (site, name, use) => {
    const key = `${use} ${name} ${site}`;
    const before = known.get(key);
    if (before) return before.value;
    const found = secretFor(source, { site, name, use });
    if (!found.ok)
      log.warn("a site names a secret that it cannot use", { site, secret: name, because: found.error });
    const value = found.ok ? found.value : undefined;
    known.set(key, { value });
    return value;
  };
}
