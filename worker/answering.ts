// Answers requests with one isolate's ports. A bug anywhere becomes a problem document, so an answer never rejects.
import type { Soon } from "../shared/soon.ts";
import { consoleLog } from "./adapters/console-log.ts";
import type { IsolatePorts } from "./adapters/env.ts";
import { placeOf } from "./adapters/peer.ts";
import { toResponse } from "./adapters/to-response.ts";
import type { RoutedBefore } from "./admission/objections.ts";
import { Subrequests } from "./balancing/subrequests.ts";
import { deliver, headReply } from "./delivery/deliver.ts";
import { logRequest } from "./delivery/log-request.ts";
import { problemReply } from "./delivery/own-answer.ts";
import { withFolders } from "./files/flow/with-folders.ts";
import type { Ports } from "./isolate.ts";
import type { Reply } from "./message.ts";
import { serve } from "./pipeline.ts";

/** `place`: the data centre, if the platform tells it. An isolate never moves to another one. */
export type MakePorts<Bindings> = (bindings: Bindings, place: string | undefined) => IsolatePorts;

/** What Workers and Hono both call the execution context; absent if an app is called without a platform, as in a test. */
export type WaitUntil = Pick<ExecutionContext, "waitUntil"> | undefined;

export class Answering<Bindings> {
  readonly #makePorts: MakePorts<Bindings>;
  /** Made at the first request, because the bindings do not exist before it, and kept for the life of the isolate. */
  #isolate: IsolatePorts | undefined;

  constructor(makePorts: MakePorts<Bindings>) {
    this.#makePorts = makePorts;
  }

  /** `routed` if a Hono app has routed the request before. */
  answer(request: Request, bindings: Bindings, context: WaitUntil, routed?: RoutedBefore): Soon<Response> {
    const isolate = this.#isolateWith(bindings, request);
    if (!isolate) return notSetUp();
    const ports = requestPorts(isolate, context);
    try {
      const reply = serve(request, ports, routed);
      return reply instanceof Promise
        ? later(reply, request, ports, routed)
        : toClient(reply, request, routed);
    } catch (error) {
      return bugResponse(error, request, ports);
    }
  }

  /** For what was thrown beside the pipeline, by a route or a middleware of the app. */
  answerBug(error: unknown, request: Request, bindings: Bindings, context: WaitUntil): Response {
    const isolate = this.#isolateWith(bindings, request);
    return isolate ? bugResponse(error, request, requestPorts(isolate, context)) : notSetUp();
  }

  /** For other parts of the Worker. Undefined if a binding is missing. */
  portsFor(request: Request, bindings: Bindings, context: WaitUntil): Ports | undefined {
    const isolate = this.#isolateWith(bindings, request);
    return isolate && requestPorts(isolate, context);
  }

  #isolateWith(bindings: Bindings, request: Request): IsolatePorts | undefined {
    try {
      // There are no bindings in a test of an app.
      this.#isolate ??= withFolders(this.#makePorts(bindings ?? ({} as Bindings), placeOf(request)));
    } catch (error) {
      // A binding is missing. Without ports there is no log port either.
      consoleLog.warn("the Worker cannot start", { error: String(error) });
    }
    return this.#isolate;
  }
}

const notSetUp = (): Response =>
  new Response("The edge is not set up; its log says what is missing.\n", { status: 500 });

/** An asynchronous answer rejects on a bug; a synchronous one throws. */
async function later(
  reply: Promise<Reply>,
  request: Request,
  ports: Ports,
  routed: RoutedBefore | undefined,
): Promise<Response> {
  try {
    return toClient(await reply, request, routed);
  } catch (error) {
    return bugResponse(error, request, ports);
  }
}

/** Hono drops the body of a response to HEAD, and with it the length that the platform would tell. */
function toClient(reply: Reply, request: Request, routed: RoutedBefore | undefined): Response {
  return toResponse(routed && request.method === "HEAD" ? headReply(reply) : reply);
}

function bugResponse(error: unknown, request: Request, ports: Ports): Response {
  const visit = { requestId: ports.newId(), startedAt: ports.now() };
  const trace = (error instanceof Error && error.stack) || String(error);
  ports.log.warn("a bug", { requestId: visit.requestId, error: trace });
  const refusal = { reason: "bug" } as const;
  const outcome = { refusal, reply: problemReply(refusal, visit.requestId, { asked: request }) };
  const now = ports.now();
  deliver(outcome, visit, now);
  return toResponse(logRequest(outcome, visit, now, ports));
}

function requestPorts(isolate: IsolatePorts, context: WaitUntil): Ports {
  const { subrequestLimit: limit } = isolate;
  return {
    ...isolate,
    ...(limit && { subrequests: new Subrequests(limit) }),
    background: (work) => {
      const done = work.catch((error: unknown) =>
        isolate.log.warn("work in the background failed", { error: String(error) }),
      );
      context?.waitUntil(done);
    },
  };
}
