// Which secrets do sites need that the deployed Worker does not have? Pure.
import { secretFor, secretSource, variableOf } from "../../shared/secrets/secret-source.ts";
import { type LocatedProblem, problemAt } from "../../shared/site/problem.ts";
import { rootSecretNeeds } from "../../shared/site/root-secret-needs.ts";
import { referenceTo } from "../../shared/site/secret-name.ts";
import { secretsNamed } from "../../shared/site/secrets-named.ts";
import type { LoadedSite } from "../judge-file.ts";
import type { Binding } from "../pushing/worker-bindings.ts";

export interface LackingAtWorker {
  /** Routes that would refuse, or let nobody in. */
  readonly problems: readonly LocatedProblem[];
  /** What would be served all the same, without what it is for. */
  readonly warnings: readonly LocatedProblem[];
}

type Sites = readonly Pick<LoadedSite, "site" | "locate">[];

/** Sites that need no secret need no question to Cloudflare. */
export const needSecrets = (sites: Sites): boolean =>
  sites.some(({ site }) => secretsNamed(site).length > 0 || rootSecretNeeds(site).length > 0);

export function lackingAtWorker(sites: Sites, worker: string, bindings: readonly Binding[]): LackingAtWorker {
  const source = secretSource(variablesIn(bindings));
  const hasRoot = bindings.some(({ name, type }) => name === "HEADGATE_SECRET" && TEXTS.has(type));
  const add = (variable: string) => `run: npx wrangler secret put ${variable} --name ${worker}`;
  const named = sites.flatMap(({ site, locate }) => {
    const [host = ""] = site.hosts;
    return secretsNamed(site).flatMap(({ keys, name, use }) => {
      const found = use && secretFor(source, { site: host, name, use });
      if (!found || found.ok) return [];
      const message = `names \`${referenceTo(name)}\`, which ${found.error} on the Worker ${worker}`;
      const hint = bindings.some((one) => one.name === variableOf(name)) ? undefined : add(variableOf(name));
      return [locate(problemAt(keys, message, { hint }))];
    });
  });
  const needs = hasRoot
    ? []
    : sites.flatMap(({ site, locate }) =>
        rootSecretNeeds(site).map(({ keys, fails, closes }) => {
          const message = `needs HEADGATE_SECRET, which is not set on the Worker ${worker}: without it the edge ${fails}`;
          const problem = problemAt(keys, message, { atKey: true, hint: add("HEADGATE_SECRET") });
          return { closes, problem: locate(problem) };
        }),
      );
  return {
    problems: [...named, ...needs.filter(({ closes }) => closes).map(({ problem }) => problem)],
    warnings: needs.filter(({ closes }) => !closes).map(({ problem }) => problem),
  };
}

const TEXTS: ReadonlySet<string> = new Set(["secret_text", "plain_text"]);

/** In place of a value that only the Worker knows. It may be used anywhere. */
const UNKNOWN = "unknown";

/** A list of grants that is a secret cannot be read from here, and is left to the edge. Other kinds of bindings are no texts. */
function variablesIn(bindings: readonly Binding[]): Readonly<Record<string, unknown>> {
  const known = bindings.flatMap(({ name, type, text }): [string, unknown][] => {
    if (type === "plain_text") return [[name, text ?? UNKNOWN]];
    if (type !== "secret_text") return [[name, { type }]];
    return name === "HEADGATE_SECRETS_FOR" ? [] : [[name, UNKNOWN]];
  });
  return Object.fromEntries(known);
}
