// A hand-written cache for one page: a Map from path to the origin's answer, without expiry.
interface Kept {
  readonly headers: [string, string][];
  readonly body: ArrayBuffer;
}

const kept = new Map<string, Kept>();

export default {
  async fetch(request: Request, { ORIGIN }: { ORIGIN: string }): Promise<Response> {
    const { pathname } = new URL(request.url);
    let found = kept.get(pathname);
    if (!found) {
      const response = await fetch(ORIGIN + pathname);
      found = { headers: [...response.headers], body: await response.arrayBuffer() };
      kept.set(pathname, found);
    }
    return new Response(found.body, { headers: found.headers });
  },
};
