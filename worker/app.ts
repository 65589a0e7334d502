// The Worker as a Hono app: the edge's own routes, those that an embedding app adds, and everything else to the pipeline.
// Without added routes, only the paths of the edge itself go through Hono's router. All other requests do not pay for it
// (docs/decisions/0031). The admin API is a Hono app of its own, on hosts of its own.
import { HonoBase } from "hono/hono-base";
import { TrieRouter } from "hono/router/trie-router";
import { EDGE_PREFIX } from "../shared/site/edge-prefix.ts";
import { AdminDoor } from "./admin/admin-door.ts";
import { addAdminRoutes } from "./admin/routes.ts";
import { Answering, type MakePorts, type WaitUntil } from "./answering.ts";
import { answerWithin, contextOf } from "./within-hono.ts";

export class EdgeApp<Bindings extends object> extends HonoBase<{ Bindings: Bindings }> {
  /** The admin API, for a socket that serves nothing else. */
  readonly admin: { fetch(request: Request, bindings: Bindings, context: WaitUntil): Promise<Response> };

  constructor(makePorts: MakePorts<Bindings>) {
    super({ router: new TrieRouter() }); // of the two that `hono` brings, the one that reads every pattern
    const answering = new Answering(makePorts);
    const door = new AdminDoor(answering);
    this.admin = { fetch: (request, bindings, context) => door.answer(request, bindings, context) };
    const dispatch = this.fetch;
    this.onError((error, c) => {
      if (!("getResponse" in error)) return answering.answerBug(error, c.req.raw, c.env, contextOf(c));
      const response = error.getResponse();
      return c.newResponse(response.body, response);
    });

    let isPlain: boolean | undefined;
    /** Adds the edge's own routes and the one that takes everything, after those that an embedding app has added. */
    const complete = (): boolean => {
      const hasNoOthers = this.routes.length === 0;
      addAdminRoutes(this);
      if (hasNoOthers) this.all("*", (c) => answering.answer(c.req.raw, c.env, contextOf(c)));
      else this.all("*", (c) => answerWithin(c, answering));
      return hasNoOthers;
    };
    this.fetch = (request, bindings, context) => {
      isPlain ??= complete();
      const { url } = request; // the runtime makes a new text each time
      if (door.isFor(url, bindings as Bindings)) {
        return door.answerOnHost(request, bindings as Bindings, context);
      }
      if (isPlain && !isOfTheEdge(url)) {
        return answering.answer(request, bindings as Bindings, context);
      }
      // Hono passes only instances of Error to onError.
      const answerBug = (thrown: unknown) =>
        answering.answerBug(thrown, request, bindings as Bindings, context);
      try {
        const response = dispatch(request, bindings, context);
        return response instanceof Promise ? response.catch(answerBug) : response;
      } catch (thrown) {
        return answerBug(thrown);
      }
    };
  }
}

/** Only the exact spelling reaches the edge's own routes. Other spellings are refused by the pipeline. */
const isOfTheEdge = (url: string): boolean =>
  url.startsWith(EDGE_PREFIX, url.indexOf("/", "https://".length));
