// Does a text name a secret where nothing is filled in? It would be sent, or compared, as it is written.
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";
import { referenceTo } from "../secret-name.ts";
import { secretsNamed } from "../secrets-named.ts";

export const secretPlaceFaults = (site: Site): Problem[] =>
  secretsNamed(site).flatMap(({ keys, name, use }) =>
    use === undefined && !hasFaultOfItsOwn(keys)
      ? [problemAt(keys, `has \`${referenceTo(name)}\`, but no secret is filled in here`)]
      : [],
  );

/** Where no `${` may be (captures.ts). */
const REPORTED = /^(?:routes \d+ )?(?:security |rewrite (?:path|stripPrefix|addPrefix)$|redirect to$)/;

const hasFaultOfItsOwn = (keys: readonly PropertyKey[]): boolean => REPORTED.test(keys.map(String).join(" "));
