// What the state process of `headgate serve` loads, for the processes that serve: the keepers of the sites, found by the URL as in
// adapters/keepers.ts; and the sites themselves, if they are in the state.
import type { Env } from "./adapters/env.ts";
import { SiteFiles } from "./adapters/site-files.ts";

export { Keeper } from "./adapters/keeper-object.ts";

interface StateEnv extends Required<Pick<Env, "KEEPER">> {
  /** The folder of the sites. Absent if they come from site files. */
  readonly SITES?: KVNamespace;
}

const siteFiles = new SiteFiles();

export default {
  async fetch(request: Request, { KEEPER, SITES }: StateEnv): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/sites")
      return SITES ? siteFiles.answer(request, SITES) : new Response("no sites here\n", { status: 404 });
    const site = url.searchParams.get("site") ?? "";
    return KEEPER.get(KEEPER.idFromName(site)).fetch(request);
  },
};
