// Which version of a site does a word name? Pure. The error is a sentence.
import { err, ok, type Result } from "../result.ts";
import type { SiteRecord } from "./site-record.ts";

const SHORTEST = 4;

/** `live`, `next`, or the beginning of a version that is kept. */
export function versionNamed(word: string, record: SiteRecord): Result<string, string> {
  const { site, live, next, kept } = record;
  if (word === "live") return ok(live);
  if (word === "next")
    return next ? ok(next.version) : err(`${site} has no next version: no rollout is under way`);
  const known = [...new Set([live, ...(next ? [next.version] : []), ...kept.map(({ version }) => version)])];
  if (known.includes(word)) return ok(word);
  const found = word.length >= SHORTEST ? known.filter((version) => version.startsWith(word)) : [];
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return ok(only);
  if (only !== undefined)
    return err(`${word} could be any of these versions of ${site}: ${found.join(", ")}`);
  return err(
    `${site} has no version ${word}, or has it no more: \`headgate versions\` shows those that are kept`,
  );
}
