// A proxy in one line: the unchanged request, to one origin.
export default {
  fetch: (request: Request, { ORIGIN }: { ORIGIN: string }): Promise<Response> =>
    fetch(ORIGIN + new URL(request.url).pathname, request),
};
