// The cache rules of a route that says nothing about its cache: the defaults of the schema, repeated here because the
// edge does not load the schema. A test checks that both agree.
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
