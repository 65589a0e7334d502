// The cache from Cloudflare's own documentation: `caches.default` in front of one origin.
export default {
  async fetch(
    request: Request,
    { ORIGIN }: { ORIGIN: string },
    context: ExecutionContext,
  ): Promise<Response> {
    const found = await caches.default.match(request);
    if (found) return found;
    const response = await fetch(ORIGIN + new URL(request.url).pathname, request);
    context.waitUntil(caches.default.put(request, response.clone()));
    return response;
  },
};
