// What the state process of `headgate serve` loads: the keepers of the sites, for the processes that serve. They find the one of a
// site by the URL, as in adapters/keepers.ts.
import type { Env } from "./adapters/env.ts";

export { Keeper } from "./adapters/keeper-object.ts";

export default {
  fetch(request: Request, { KEEPER }: Required<Pick<Env, "KEEPER">>): Promise<Response> {
    const site = new URL(request.url).searchParams.get("site") ?? "";
    return KEEPER.get(KEEPER.idFromName(site)).fetch(request);
  },
};
