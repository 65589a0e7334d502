// The Hono shell: everything goes to the pipeline, and a bug anywhere becomes a problem document.
import { type Context, Hono } from "hono";
import { consoleLog } from "./adapters/console-log.ts";
import { type Env, type IsolatePorts, portsOf } from "./adapters/env.ts";
import { toResponse } from "./adapters/to-response.ts";
import { deliver } from "./delivery/deliver.ts";
import { logRecord } from "./delivery/log-record.ts";
import { problemReply } from "./delivery/problem.ts";
import { serve } from "./pipeline.ts";
import type { Ports } from "./ports.ts";

type AppContext = Context<{ Bindings: Env }>;

export function createApp(makePorts: (env: Env) => IsolatePorts = portsOf): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  // Made at the first request, since only then the bindings are there, and kept for the isolate's life.
  let isolate: IsolatePorts | undefined;
  const portsFor = (context: AppContext): Ports => {
    isolate ??= makePorts(context.env);
    return requestPorts(isolate, context);
  };

  app.all("*", async (context) => toResponse(await serve(context.req.raw, portsFor(context))));

  app.onError((error, context) => {
    // Where there are no ports (a binding is missing) there is nothing to log with either.
    if (!isolate) {
      consoleLog.warn("the Worker cannot start", { error: String(error) });
      return context.text("The edge is not set up; its log says what is missing.\n", 500);
    }
    const ports = requestPorts(isolate, context);
    const visit = { requestId: ports.newId(), startedAt: ports.now() };
    ports.log.warn("a bug", { requestId: visit.requestId, error: error.stack ?? String(error) });
    const refusal = { reason: "bug" } as const;
    const outcome = { refusal, reply: problemReply(refusal, visit.requestId) };
    const now = ports.now();
    ports.afterAnswer(() => ports.log.request(logRecord(outcome, visit, now)));
    return toResponse(deliver(outcome, visit, now));
  });

  return app;
}

function requestPorts(isolate: IsolatePorts, context: AppContext): Ports {
  return {
    ...isolate,
    // The platform sends the answer once the handler has returned it; a timer fires after that.
    afterAnswer: (act) => context.executionCtx.waitUntil(isolate.wait(0).then(act)),
    background: (work) =>
      context.executionCtx.waitUntil(
        work.catch((error: unknown) =>
          isolate.log.warn("work in the background failed", { error: String(error) }),
        ),
      ),
  };
}
