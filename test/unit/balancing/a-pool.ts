// A pool for a test, from a site file's own words.
import type { z } from "zod";
import { pool as schema } from "../../../shared/site/pool-schema.ts";
import { compilePool, type Pool } from "../../../worker/balancing/pool.ts";

type PoolFile = z.input<typeof schema>;
type OriginFile = Partial<PoolFile["origins"][number]>;

export function aPool(origins: Record<string, OriginFile>, rest: Omit<PoolFile, "origins"> = {}): Pool {
  const list = Object.entries(origins).map(([id, origin]) => ({ id, url: `https://${id}.test`, ...origin }));
  return compilePool("shop.test", "web", schema.parse({ origins: list, ...rest }));
}
