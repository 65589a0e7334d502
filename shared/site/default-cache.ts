// What holds on a route that does not speak of its cache: the schema's defaults, written out for the edge, which
// has no schema at hand. A test holds the two against each other.
import type { CacheRulesConfig } from "./cache-schema.ts";

export const DEFAULT_CACHE: CacheRulesConfig = {
  statusTtl: {},
  staleDespiteSMaxage: false,
  key: { header: [], cookie: [], cookiePresence: [], country: false, device: false, route: true, host: true },
  bypass: { headers: [], cookies: [] },
  vary: {},
  setCookie: "refuse",
  maxObject: 26_214_400,
  methods: ["GET", "POST", "QUERY"],
};
