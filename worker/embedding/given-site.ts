// A site that an embedding app gives as an object or as the text of a site file. It is checked at once, as `headgate check`
// does, so that an app with a fault does not start: Cloudflare refuses its deploy.
import { formatProblem, type LocatedProblem, type Problem } from "../../shared/site/problem.ts";
import { readSiteFile } from "../../shared/site/read-site-file.ts";
import { readSiteObject } from "../../shared/site/read-site-object.ts";
import type { Site, SiteFile } from "../../shared/site/schema.ts";
import { compileWhole } from "../routing/compile-whole.ts";

/** What a site file says. Without `hosts` the site serves every host. */
export type GivenSite = Omit<SiteFile, "hosts"> & { readonly hosts?: string[] };

export interface CheckedSite {
  readonly file: string;
  readonly site: Site;
  /** The site's own values, from which its version is computed. */
  readonly json: string;
  locate(problem: Problem): Problem | LocatedProblem;
}

/** Throws an InvalidSiteError. `file` is what it calls the site. */
export function checkedSite(given: GivenSite | string, file: string): CheckedSite {
  const read =
    typeof given === "string"
      ? readSiteFile(given, file, { completed: withHosts })
      : readSiteObject(given, withHosts);
  if (!read.ok) throw new InvalidSiteError(file, read.error);
  const { site, locate } = read.value;
  const compiled = compileWhole(site, "");
  if (!compiled.ok) throw new InvalidSiteError(file, compiled.error.map(locate));
  return { file, ...read.value };
}

function withHosts(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return (value as { hosts?: unknown }).hosts === undefined ? { ...value, hosts: ["*"] } : value;
}

/** What an embedding app is told if a site that it gives is not valid: the sentences that `headgate check` prints. */
export class InvalidSiteError extends Error {
  override readonly name = "InvalidSiteError";
  readonly problems: readonly (Problem | LocatedProblem)[];

  /** `what` is not valid: `site`, `sites[1]`. */
  constructor(what: string, problems: readonly (Problem | LocatedProblem)[]) {
    super([`${what} is not valid:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join("\n"));
    this.problems = problems;
  }
}
