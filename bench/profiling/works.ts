// The work that can be profiled: that of the claims.
import { BY_LIST, BY_TOKEN, token } from "../guarded.ts";
import type { Work } from "../load/wrk.ts";
import { askFor, KEPT, PASSED } from "../origin.ts";
import {
  EVERY_FEATURE,
  FEATURE_HEADERS,
  FEATURE_QUERY,
  HOST,
  manyRoutes,
  oneSite,
  type SiteTexts,
} from "../sites.ts";

export interface ProfiledWork {
  readonly about: string;
  sites(originUrl: string): SiteTexts;
  /** The request that is repeated; without one, the single first request of a cold isolate. */
  readonly work: Work;
  readonly cold?: true;
}

const Host = HOST;
const everyFeature = { Host, ...FEATURE_HEADERS };

export const PROFILED: Readonly<Record<string, ProfiledWork>> = {
  hit: {
    about: "10 KB hit in memory",
    sites: oneSite,
    work: { ...askFor(KEPT, "10k"), headers: { Host } },
  },
  token: {
    about: "10 KB hit in memory, for a client with a signed token",
    sites: (url) => oneSite(url, BY_TOKEN),
    work: { ...askFor(KEPT, "10k"), headers: { Host, Authorization: `Bearer ${token()}` } },
  },
  "address-list": {
    about: "10 KB hit in memory, behind an address list",
    sites: (url) => oneSite(url, BY_LIST),
    work: { ...askFor(KEPT, "10k"), headers: { Host } },
  },
  log: {
    about: "10 KB hit in memory, with a log record",
    sites: (url) => oneSite(url, { log: {} }),
    work: { ...askFor(KEPT, "10k"), headers: { ...everyFeature, referer: "https://bench.test/before" } },
  },
  pass: {
    about: "pass-through of 10 KB",
    sites: oneSite,
    work: { ...askFor(PASSED, "10k"), headers: { Host } },
  },
  "pass-1m": {
    about: "pass-through of 1 MB",
    sites: oneSite,
    work: { ...askFor(PASSED, "1m"), headers: { Host } },
  },
  features: {
    about: "10 KB hit in memory, on a route that uses every feature",
    sites: (url) => oneSite(url, EVERY_FEATURE),
    work: { ...askFor(KEPT, "10k", FEATURE_QUERY), headers: everyFeature },
  },
  routes: {
    about: "10 KB hit in memory, by the last of 10,000 routes",
    sites: (url) => oneSite(url, { routes: manyRoutes(10_000) }),
    work: { ...askFor(KEPT, "10k"), headers: { Host } },
  },
  "first-answer": {
    about: "the first request of a cold isolate, with 10,000 routes",
    sites: (url) => oneSite(url, { routes: manyRoutes(10_000) }),
    work: { ...askFor(PASSED, "10k"), headers: { Host } },
    cold: true,
  },
};
