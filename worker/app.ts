// The Worker: every request goes to the pipeline, and a bug anywhere becomes a problem document. There is no framework
// around it: with one entry point there is nothing to route, and a router in front costs every request about 3 %
// (docs/performance.md).
import type { Soon } from "../shared/soon.ts";
import { consoleLog } from "./adapters/console-log.ts";
import { type Env, type IsolatePorts, portsOf } from "./adapters/env.ts";
import { toResponse } from "./adapters/to-response.ts";
import { deliver } from "./delivery/deliver.ts";
import { logRecord } from "./delivery/log-record.ts";
import { problemReply } from "./delivery/problem.ts";
import type { Ports } from "./isolate.ts";
import type { Reply } from "./message.ts";
import { serve } from "./pipeline.ts";

export interface App {
  fetch(request: Request, env: Env, context: ExecutionContext): Soon<Response>;
}

export function createApp(makePorts: (env: Env) => IsolatePorts = portsOf): App {
  // Made at the first request, because the bindings do not exist before it, and kept for the life of the isolate.
  let isolate: IsolatePorts | undefined;
  return {
    fetch(request, env, context) {
      try {
        isolate ??= makePorts(env);
      } catch (error) {
        // A binding is missing. Without ports there is no log port either.
        consoleLog.warn("the Worker cannot start", { error: String(error) });
        return new Response("The edge is not set up; its log says what is missing.\n", { status: 500 });
      }
      const ports = requestPorts(isolate, context);
      try {
        const reply = serve(request, ports);
        return reply instanceof Promise ? later(reply, ports) : toResponse(reply);
      } catch (error) {
        return answerBug(error, ports);
      }
    },
  };
}

/** An asynchronous answer rejects on a bug; a synchronous one throws. */
async function later(reply: Promise<Reply>, ports: Ports): Promise<Response> {
  try {
    return toResponse(await reply);
  } catch (error) {
    return answerBug(error, ports);
  }
}

function answerBug(error: unknown, ports: Ports): Response {
  const visit = { requestId: ports.newId(), startedAt: ports.now() };
  const trace = (error instanceof Error && error.stack) || String(error);
  ports.log.warn("a bug", { requestId: visit.requestId, error: trace });
  const refusal = { reason: "bug" } as const;
  const outcome = { refusal, reply: problemReply(refusal, visit.requestId) };
  const now = ports.now();
  ports.afterAnswer(() => ports.log.request(logRecord(outcome, visit, now)));
  return toResponse(deliver(outcome, visit, now));
}

function requestPorts(isolate: IsolatePorts, context: ExecutionContext): Ports {
  return {
    ...isolate,
    // The platform sends the response once the handler has returned it. A timer fires after that.
    afterAnswer: (act) => context.waitUntil(isolate.wait(0).then(act)),
    background: (work) =>
      context.waitUntil(
        work.catch((error: unknown) =>
          isolate.log.warn("work in the background failed", { error: String(error) }),
        ),
      ),
  };
}
