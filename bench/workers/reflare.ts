// Reflare, as its documentation shows it, but for the one thing that costs it more there: it is made once.
import useReflare from "reflare";

let reflare: Awaited<ReturnType<typeof useReflare>> | undefined;

export default {
  async fetch(request: Request, { ORIGIN }: { ORIGIN: string }): Promise<Response> {
    if (!reflare) {
      const { hostname, port } = new URL(ORIGIN);
      reflare = await useReflare();
      reflare.push({ path: "/*", upstream: { domain: hostname, port: Number(port), protocol: "http" } });
    }
    return reflare.handle(request);
  },
};
