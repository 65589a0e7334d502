// An origin whose behaviour is chosen by path and query. Every answer names the origin that gave it.
import { type HttpBindings, upgradeWebSocket } from "@hono/node-server";
import { Hono } from "hono";
import { breakOff, fallSilent, reset } from "./breakdowns.ts";
import { homePage } from "./home-page.ts";
import type { MockContext } from "./mock-context.ts";
import { bytesOf, drip, events } from "./streams.ts";
import { toldHeaders } from "./told-headers.ts";
import { zipped } from "./zipped.ts";

export type MockApp = Hono<{ Bindings: HttpBindings }>;

export function mockOrigin(name: string): MockApp {
  const app: MockApp = new Hono();
  let count = 0;
  let sickness: number | undefined;
  const asked = new Map<string, number>();

  app.use(async (context, next) => {
    const { pathname } = new URL(context.req.url);
    const isCure = pathname === "/sick" || pathname === "/well";
    if (sickness !== undefined && !isCure) {
      context.res = new Response(`${name} is sick\n`, { status: sickness });
    } else {
      await next();
    }
    context.header("x-origin", name);
  });
  app.use(toldHeaders);

  app.get("/", (context) => context.html(homePage(name)));
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/count", (context) => context.json({ origin: name, count: ++count }));

  app.all("/echo", echo(name));
  app.all("/echo/*", echo(name));
  app.all("/status/:status{[2-5][0-9][0-9]}", (context) => {
    const status = Number(context.req.param("status"));
    const bodyless = status === 204 || status === 205 || status === 304;
    return new Response(bodyless ? null : `${status} from ${name}\n`, { status });
  });
  app.all("/slow/:ms{[0-9]+}", async (context) => {
    await new Promise((resolve) => setTimeout(resolve, Number(context.req.param("ms"))));
    return context.text(`${name}, after ${context.req.param("ms")} ms\n`);
  });
  // Of every `total` requests, the first `failing` get a 503. `?key=` counts separately.
  app.all("/flaky/:ratio{[0-9]+-of-[0-9]+}", (context) => {
    const [failing = 0, total = 1] = context.req.param("ratio").split("-of-").map(Number);
    const key = context.req.path + (context.req.query("key") ?? "");
    const turn = asked.get(key) ?? 0;
    asked.set(key, turn + 1);
    const fails = turn % total < failing;
    return context.text(`${name}, request ${turn + 1}\n`, fails ? 503 : 200);
  });

  app.get("/drip", (context) => drip(context.req.query()));
  app.get("/bytes/:size{[0-9]+(?:B|KB|MB|GB)?}", (context) => bytesOf(context.req.param("size")));
  app.get("/zipped", (context) => zipped(context.req.header("accept-encoding")));
  app.on(["POST", "PUT"], "/bytes", async (context) => {
    let bytes = 0;
    for await (const chunk of context.req.raw.body ?? []) bytes += (chunk as Uint8Array).byteLength;
    return context.json({ origin: name, bytes });
  });
  app.get("/sse", (context) => events(name, context.req.query()));
  app.get(
    "/ws",
    upgradeWebSocket(() => ({ onMessage: ({ data }, socket) => socket.send(data as string) })),
  );

  app.all("/cut", breakOff);
  app.all("/silent", fallSilent);
  app.all("/reset", reset);

  // The whole origin: after `curl -X POST http://127.0.0.1:9001/sick` every request fails, until `/well`.
  app.post("/sick", (context) => {
    sickness = Number(context.req.query("status") ?? 503);
    return context.text(`${name} now answers ${sickness} to everything\n`);
  });
  app.post("/well", (context) => {
    sickness = undefined;
    return context.text(`${name} is well again\n`);
  });

  app.notFound((context) => context.text(`${name} has no ${context.req.path}\n`, 404));
  return app;
}

/** The request as the origin received it, field by field. */
const echo = (name: string) => async (context: MockContext) => {
  const { rawHeaders, httpVersion } = context.env.incoming;
  const headers: [string, string][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.push([rawHeaders[at] ?? "", rawHeaders[at + 1] ?? ""]);
  }
  const body = await context.req.text();
  return context.json({
    origin: name,
    method: context.req.method,
    url: context.env.incoming.url,
    httpVersion,
    headers,
    body,
  });
};
