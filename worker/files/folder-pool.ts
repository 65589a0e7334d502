// A folder as a pool of one origin, so that the cache, the log and `explain` meet nothing new. It is never ejected: there is no other.

import type { CacheRulesConfig } from "../../shared/site/cache-schema.ts";
import { compilePool, type Pool } from "../balancing/pool.ts";
import { DEFAULT_CACHE } from "../caching/law/rules.ts";
import type { FilesRules } from "./files-rules.ts";

export const folderPool = (siteName: string, rules: FilesRules): Pool =>
  compilePool(
    siteName,
    `files:${rules.folder}`,
    {
      origins: [{ id: rules.folder, url: "http://files", weight: 1, tier: 0, state: "active" }],
      balance: "first",
      host: "origin",
      retry: { attempts: 1, on: [], maxBody: 0 },
      timeout: { firstByte: 15_000 },
      outlier: {
        consecutive: 1_000,
        rate: 1,
        window: 10_000,
        eject: 1_000,
        maxEjected: 0,
        panic: 0,
        slowStart: 0,
        whenAllOut: "ask",
      },
    },
    [siteName],
    rules,
  );

/** A file is the same for every query and host. What is larger is read again from where it lies, which costs little there. */
export const FILES_CACHE: CacheRulesConfig = {
  ...DEFAULT_CACHE,
  key: { ...DEFAULT_CACHE.key, query: { only: [], sorted: false }, host: false },
  maxObject: 1_048_576,
  methods: ["GET"],
};
