// HTTP Caching, as a shared cache reads it: a row per requirement, in the order of the RFC's sections.
import { directives } from "./rfc9111/directives.ts";
import { freshness } from "./rfc9111/freshness.ts";
import { invalidation } from "./rfc9111/invalidation.ts";
import { stale } from "./rfc9111/stale.ts";
import { storing } from "./rfc9111/storing.ts";
import { validation } from "./rfc9111/validation.ts";
import { vary } from "./rfc9111/vary.ts";

export const caching = [
  ...storing,
  ...vary,
  ...freshness,
  ...stale,
  ...validation,
  ...invalidation,
  ...directives,
];
