// A proxy of one line: the request as it came, to one origin.
export default {
  fetch: (request: Request, { ORIGIN }: { ORIGIN: string }): Promise<Response> =>
    fetch(ORIGIN + new URL(request.url).pathname, request),
};
