// Failures below HTTP. They bypass Hono and act on the connection itself.
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { MockContext } from "./mock-context.ts";

/** Declares 1,000 bytes, sends 300 (`?bytes=`), and closes. */
export function breakOff(context: MockContext): Response {
  const { outgoing } = context.env;
  const bytes = Number(context.req.query("bytes") ?? 300);
  outgoing.writeHead(200, { "content-type": "text/plain", "content-length": 1_000 });
  outgoing.write("x".repeat(bytes), () => outgoing.destroy());
  return RESPONSE_ALREADY_SENT;
}

/** Accepts the request and never answers. It ends when the client disconnects. */
export async function fallSilent(context: MockContext): Promise<Response> {
  await new Promise((resolve) => context.env.incoming.socket.once("close", resolve));
  return RESPONSE_ALREADY_SENT;
}

/** Accepts the request and resets the connection. */
export function reset(context: MockContext): Response {
  context.env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}
