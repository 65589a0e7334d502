// A text of a site file in which nothing but secrets is filled in, with their values.
import type { SecretUse } from "./secret-value.ts";
import type { SiteSecrets } from "./site-secrets.ts";

/** Undefined if one of them is lacking. `$${secret:NAME}` is a literal `${secret:NAME}`. */
export function withSecrets(text: string, secrets: SiteSecrets, use: SecretUse): string | undefined {
  let isLacking = false;
  const filled = text.replace(
    /(\$?)\$\{secret:([A-Z][A-Z0-9_]{0,63})\}/g,
    (written, mark: string, name: string) => {
      if (mark !== "") return written.slice(1);
      const value = secrets(name, use);
      isLacking ||= value === undefined;
      return value ?? "";
    },
  );
  return isLacking ? undefined : filled;
}
