// A Worker that keeps platform objects from one request for others, and reports what the runtime says about that. Among them
// are the objects that the memory store keeps (worker/adapters/memory-store.ts).
export const KEEPING_WORKER = `
let kept;
const FIELDS = [["content-type", "text/plain"], ["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-name", "kept"]];
const keep = () => ({
  fields: new Headers(FIELDS),
  template: new Response(null, { status: 203, statusText: "Kept", headers: FIELDS, encodeBody: "manual" }),
  bytes: new TextEncoder().encode("kept bytes"),
  streaming: new Response(new Response("kept stream").body),
});
const uses = {
  "/copied-fields": () => new Response(null, { headers: new Headers(kept.fields) }),
  "/fields-of-template": () => new Response(null, { headers: new Headers(kept.template.headers) }),
  "/from-template": () => {
    const response = new Response(kept.bytes, kept.template);
    response.headers.set("x-own", "1");
    return response;
  },
  "/kept-stream": async () => new Response(await kept.streaming.text()),
};
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/keep") {
      kept = keep();
      return new Response("kept");
    }
    try {
      return await uses[pathname]();
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};
`;
