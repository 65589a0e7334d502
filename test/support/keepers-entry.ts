// A Worker that asks the keepers of a state process as the edge does, for tests of that on a workerd of its own.
import { keepersAt } from "../../worker/adapters/keepers.ts";
import { keepersServed } from "../../worker/adapters/keepers-of.ts";
import type { Keepers } from "../../worker/ports.ts";

export default {
  async fetch(request: Request, { STATE }: { readonly STATE: Fetcher }): Promise<Response> {
    const { call, args } = (await request.json()) as { call: keyof Keepers; args: never[] };
    const keepers = keepersAt(keepersServed(STATE));
    const told = await (keepers[call] as (...args: never[]) => Promise<unknown>)(...args);
    return new Response(JSON.stringify(told, mapAsPairs));
  },
};

/** JSON knows no maps. */
const mapAsPairs = (_key: string, value: unknown): unknown =>
  value instanceof Map ? { pairs: [...value] } : value;
