// The secrets of one site, as its compiled values look them up.
import { referenceTo } from "../site/secret-name.ts";
import type { SecretUse } from "./secret-value.ts";

/** Undefined if the site has none of that name that can be used in this way. */
export type SiteSecrets = (name: string, use: SecretUse) => string | undefined;

/** For whoever is not to see a value: `explain`, tests, the command line, the keys of the cache. */
export const STAND_INS: SiteSecrets = referenceTo;
