// The admin API as a Hono app: a route for each operation of the table. It checks the caller's scopes and the input, asks the
// handler, and answers with JSON. Loaded when the first request for it comes.
import type { Context } from "hono";
import { HonoBase } from "hono/hono-base";
import { TrieRouter } from "hono/router/trie-router";
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { GivenOf, Operation } from "../../shared/admin/operation.ts";
import { OPERATIONS, type OperationName } from "../../shared/admin/operations.ts";
import type { Caller } from "../../shared/admin/tokens.ts";
import { err, type Result } from "../../shared/result.ts";
import { type AccessKeys, accessKeys } from "../adapters/access-keys.ts";
import { audit } from "../adapters/audit.ts";
import type { Ports } from "../isolate.ts";
import type { AdminSettings } from "./admin-settings.ts";
import { adminAnswer, adminProblem, plainAnswer } from "./answers.ts";
import { authenticate, isCrossSite } from "./authenticate.ts";
import { HANDLERS, type Handle } from "./handlers.ts";
import { METRICS, metricsText } from "./metrics.ts";
import { readInput } from "./read-input.ts";

interface Bindings {
  readonly ports: Ports;
  readonly caller: Caller;
  readonly requestId: string;
}

export class AdminApp {
  readonly #routes = routes();
  /** Made at the first request: the clock is one of the ports. */
  #keys: AccessKeys | undefined;

  async answer(request: Request, ports: Ports, settings: AdminSettings): Promise<Response> {
    const requestId = ports.newId();
    if (isCrossSite(request)) return adminProblem({ reason: "cross-site" }, requestId);
    this.#keys ??= accessKeys(ports.now);
    const caller = await authenticate(request, settings, { ...ports, keys: this.#keys });
    if (caller.ok) return this.#routes.fetch(request, { ports, caller: caller.value, requestId });
    // Scanners send no token, and would fill the log.
    if (caller.error.reason !== "no-token")
      audit({ ...visitOf(request, ports, requestId), who: null, did: null, refusal: caller.error.reason });
    return adminProblem(caller.error, requestId);
  }
}

function routes(): HonoBase<{ Bindings: Bindings }> {
  const app = new HonoBase<{ Bindings: Bindings }>({ router: new TrieRouter() });
  const methods = new Map<string, string[]>();
  for (const [name, operation] of Object.entries(OPERATIONS) as [OperationName, Operation][]) {
    const method = operation.method.toUpperCase();
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ":$1");
    methods.set(path, [...(methods.get(path) ?? []), method]);
    app.on(method, path, (c) => carryOut(name, operation, c));
  }
  app.get(METRICS.path, (c) => metrics(c.env, c.req.query("part")));
  methods.set(METRICS.path, ["GET"]);
  for (const [path, allowed] of methods)
    app.all(path, (c) => adminProblem({ reason: "wrong-method", allowed }, c.env.requestId));
  return app.notFound((c) => adminProblem({ reason: "no-such-operation" }, c.env.requestId));
}

/** For Prometheus, so it is no JSON and has no version in its path. */
async function metrics({ ports, caller, requestId }: Bindings, part: string | undefined): Promise<Response> {
  const needs = METRICS.scopes;
  if (!needs.some((scope) => caller.scopes.includes(scope)))
    return adminProblem({ reason: "scope-missing", needs }, requestId);
  const text = await metricsText(part, ports);
  return text.ok ? plainAnswer(text.value) : adminProblem(text.error, requestId);
}

async function carryOut(
  name: OperationName,
  operation: Operation,
  c: Context<{ Bindings: Bindings }>,
): Promise<Response> {
  const { ports, caller, requestId } = c.env;
  const { given, result } = await resultOf(name, operation, c);
  if (operation.changes || (!result.ok && result.error.reason === "scope-missing")) {
    const refusal = result.ok ? null : result.error.reason;
    audit({
      ...visitOf(c.req.raw, ports, requestId),
      who: caller.name,
      did: name,
      ...(given !== undefined && { with: auditedOf(operation, given) }),
      refusal,
    });
  }
  return result.ok ? adminAnswer(result.value) : adminProblem(result.error, requestId);
}

const auditedOf = (operation: Operation, given: GivenOf<Operation>) =>
  operation.auditedBody ? { ...given, body: operation.auditedBody(given.body) } : given;

/** `given` is the input, if it is valid. */
async function resultOf(
  name: OperationName,
  operation: Operation,
  c: Context<{ Bindings: Bindings }>,
): Promise<{ given?: GivenOf<Operation>; result: Result<unknown, AdminRefusal> }> {
  const { caller, ports } = c.env;
  const needs = operation.scopes;
  if (!needs.some((scope) => caller.scopes.includes(scope)))
    return { result: err({ reason: "scope-missing", needs }) };
  const input = await readInput(operation, c.req, ports.after);
  if (!input.ok) return { result: input };
  const handle = HANDLERS[name] as unknown as Handle<Operation>;
  return { given: input.value, result: await handle(input.value, ports) };
}

const visitOf = (request: Request, ports: Ports, requestId: string) => ({
  time: new Date(ports.now()).toISOString(),
  requestId,
  client: ports.peerOf(request).ip,
});
