// Who may use what of an edge that serves sites of several teams? A variable says it: `STRIPE_KEY@shop.example.com MAIL_KEY` names what one site
// may use, and what every site may.
import { err, ok, type Result } from "./result.ts";

/** By name, the sites that may use it, or `all`. What is not listed, no site may use. */
export type Grants = ReadonlyMap<string, ReadonlySet<string> | "all">;

export interface GrantsVariable {
  readonly variable: string;
  /** What it names, in capitals. */
  readonly what: string;
  isName(name: string): boolean;
}

/** Undefined if nothing is said: then every site may use everything. The error is a sentence. */
export function readGrantsIn(
  text: string | undefined,
  { variable, what, isName }: GrantsVariable,
): Result<Grants | undefined, string> {
  if (text === undefined || text.trim() === "") return ok(undefined);
  const grants = new Map<string, Set<string> | "all">();
  for (const entry of text.trim().split(/\s+/)) {
    const [name = "", site, ...more] = entry.split("@");
    if (!isName(name) || site === "" || more.length > 0)
      return err(`${variable} has an entry that is neither ${what} nor ${what}@HOST`);
    const before = grants.get(name);
    if (site === undefined) grants.set(name, "all");
    else if (before !== "all") grants.set(name, (before ?? new Set()).add(site.toLowerCase()));
  }
  return ok(grants);
}

/** `site` is its name, the first of its hosts. */
export function isGranted(grants: Grants | undefined, site: string, name: string): boolean {
  if (grants === undefined) return true;
  const sites = grants.get(name);
  return sites === "all" || sites?.has(site) === true;
}
