// What the state process of `headgate serve` loads, for the processes that serve: the keepers of the sites and the objects that count
// exactly, found by the URL as in adapters/keepers.ts and adapters/exact-limiter.ts; and the sites themselves, if they are in the state.
import type { Env } from "./adapters/env.ts";
import { SiteFiles } from "./adapters/site-files.ts";

export { Keeper } from "./adapters/keeper-object.ts";
export { Limits } from "./adapters/limits-object.ts";

interface StateEnv extends Required<Pick<Env, "KEEPER" | "LIMITS">> {
  /** The folder of the sites. Absent if they come from site files. */
  readonly SITES?: KVNamespace;
}

const siteFiles = new SiteFiles();

export default {
  async fetch(request: Request, { KEEPER, LIMITS, SITES }: StateEnv): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/sites")
      return SITES ? siteFiles.answer(request, SITES) : new Response("no sites here\n", { status: 404 });
    const shard = url.searchParams.get("shard");
    if (shard !== null) return LIMITS.get(LIMITS.idFromName(shard)).fetch(request);
    const site = url.searchParams.get("site") ?? "";
    return KEEPER.get(KEEPER.idFromName(site)).fetch(request);
  },
};
