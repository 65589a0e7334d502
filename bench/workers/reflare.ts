// Reflare as in its documentation, with one exception in its favour: it is created once.
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
