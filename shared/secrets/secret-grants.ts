// Which sites may use which secrets? HEADGATE_SECRETS_FOR says it: `STRIPE_KEY@shop.example.com MAIL_KEY`. An edge may serve sites of
// several teams, and a site file sends what it names wherever it likes.
import { err, ok, type Result } from "../result.ts";
import { isSecretName } from "../site/secret-name.ts";

/** By the name of a secret, the sites that may use it, or `all`. What is not listed, no site may use. */
export type Grants = ReadonlyMap<string, ReadonlySet<string> | "all">;

/** Undefined if nothing is said: then every site may use every secret. The error is a sentence. */
export function readGrants(text: string | undefined): Result<Grants | undefined, string> {
  if (text === undefined || text.trim() === "") return ok(undefined);
  const grants = new Map<string, Set<string> | "all">();
  for (const entry of text.trim().split(/\s+/)) {
    const [name = "", site, ...more] = entry.split("@");
    if (!isSecretName(name) || site === "" || more.length > 0)
      return err("HEADGATE_SECRETS_FOR has an entry that is neither NAME nor NAME@HOST");
    const before = grants.get(name);
    if (site === undefined) grants.set(name, "all");
    else if (before !== "all") grants.set(name, (before ?? new Set()).add(site.toLowerCase()));
  }
  return ok(grants);
}

/** `site` is its name, the first of its hosts. */
export function mayUse(grants: Grants | undefined, site: string, name: string): boolean {
  if (grants === undefined) return true;
  const sites = grants.get(name);
  return sites === "all" || sites?.has(site) === true;
}
