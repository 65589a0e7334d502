// Can the value of a secret be used here as it is? A sentence says why not, and repeats nothing of it.
import { err, ok, type Result } from "../result.ts";

/** As a key or a password; in a header field; as the value of a parameter in a query; in a URL. */
export type SecretUse = "key" | "field" | "parameter" | "url";

/** Longer than any key or token. Cloudflare's own limit is 5 KB. */
const MAX_LENGTH = 8_192;

export function secretAs(given: string, use: SecretUse): Result<string, string> {
  // Most tools that write a file end it with a line break. Caddy's `{file.*}` drops one too.
  const value = given.replace(/\r?\n$/, "");
  if (value === "") return err("is empty");
  if (value.length > MAX_LENGTH) return err(`is longer than ${MAX_LENGTH} characters`);
  // Bytes that are not UTF-8 have been lost by now: what is left is not the secret.
  if (!value.isWellFormed() || value.includes("\ufffd")) return err("is not UTF-8");
  return USES[use](value);
}

const USES: Readonly<Record<SecretUse, (value: string) => Result<string, string>>> = {
  key: ok,
  field: (value) => {
    // RFC 9110 §5.5. A line break would begin a field of its own.
    if (/[^\t\x20-\x7e]/.test(value))
      return err("has a line break or another character that no header field may hold");
    // They would not arrive.
    return /^[\t ]|[\t ]$/.test(value) ? err("begins or ends with a space") : ok(value);
  },
  parameter: (value) => ok(encodeURIComponent(value)),
  url: (value) => (/[^\x21-\x7e]/.test(value) ? err("has a character that no URL may hold") : ok(value)),
};
