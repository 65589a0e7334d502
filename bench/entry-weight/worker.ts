// The part of bench/entry-weight.ts that runs in workerd. It fills a store on request, and keeps it.
import type { Store } from "../../worker/ports.ts";
import { fill } from "./fill.ts";

let kept: Store | undefined;

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const number = (name: string) => Number(searchParams.get(name));
    const { store, counted } = await fill(
      { fields: number("fields"), bodyBytes: number("bodyBytes") },
      number("entries"),
    );
    kept = store;
    for (let round = 0; round < 3; round++) (globalThis as { gc?: () => void }).gc?.();
    return Response.json({ counted, kept: kept.name });
  },
};
