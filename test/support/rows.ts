// One requirement of an RFC as one row: what the origin sends, which requests come when, and what the client then sees. Every
// row runs on a real workerd with a real origin, on a site of its own, at 12:00:00 of the same day.
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { Answer, type Asking, type EdgeClient } from "./client.ts";
import { type Edge, useEdge } from "./edge.ts";
import { type OriginRequestSeen, type TestOrigin, useOrigin } from "./origin.ts";

/** Tue, 24 Nov 2099 12:00:00 GMT. It is later than the real time, at which a store might drop expired entries. */
export const NOON = Date.UTC(2099, 10, 24, 12);

/** A time on the edge's clock: seconds after noon, or after the moment when the origin answers. */
export class Moment {
  readonly #seconds: number;
  readonly #from: "noon" | "now";

  constructor(seconds: number, from: "noon" | "now") {
    this.#seconds = seconds;
    this.#from = from;
  }

  asDate(now: number): string {
    return new Date((this.#from === "noon" ? NOON : now) + this.#seconds * 1_000).toUTCString();
  }
}

/** Does not move with the clock. For Last-Modified. */
export const sinceNoon = (seconds: number): Moment => new Moment(seconds, "noon");
/** Moves with the clock. For Date and Expires. */
export const fromNow = (seconds: number): Moment => new Moment(seconds, "now");

/** What a client sees of a broken transfer. */
export const BROKEN = "(broken off)";

export type Fields = Readonly<Record<string, string | readonly string[] | Moment>>;

/** What the origin answers. Its Date is the edge's time, unless the row sets another or `undated`. */
export interface Given {
  readonly status?: number;
  readonly headers?: Fields;
  /** By default the number of the answer, `1` for the first, so that a body shows which answer it is from. */
  readonly body?: string;
  readonly undated?: true;
  /** `connection`: breaks the connection instead of answering. `body`: breaks it in the middle of the body. */
  readonly dies?: "connection" | "body";
}

export type Step =
  | { readonly after: number }
  | { readonly method: string; readonly path: string; readonly headers: Fields; readonly body?: string };

/** Moves the edge's clock by this many seconds. */
export const after = (seconds: number): Step => ({ after: seconds });
export const get = (headers: Fields = {}, path = ""): Step => ({ method: "GET", path, headers });
export const ask = (
  method: string,
  headers: Fields = {},
  more: { path?: string; body?: string } = {},
): Step => ({
  method,
  path: "",
  headers,
  ...more,
});

/** A response with this Cache-Control. */
export const cc = (directives: string, headers: Fields = {}): Given => ({
  headers: { "cache-control": directives, ...headers },
});

/** A string stands for the body alone. */
export type Expected =
  | string
  | {
      readonly status?: number;
      readonly body?: string;
      /** Null: the field is absent. A pattern must match somewhere in the value. */
      readonly headers?: Readonly<Record<string, string | RegExp | null>>;
    };

/** The steps of a row and their expected results. */
export interface Play {
  readonly cache?: Exclude<SiteFile["routes"][number]["cache"], undefined>;
  /** In turn; the last one is repeated. */
  readonly given: readonly Given[];
  readonly when: readonly Step[];
  /** One for each request, in order. */
  readonly expect: readonly Expected[];
  /** The number of requests that the origin received, or each of them. */
  readonly asked:
    | number
    | readonly (Readonly<Record<string, string | null>> & { readonly method?: string })[];
}

export interface Row extends Play {
  readonly clause: string;
  readonly name: string;
}

export function runRows(document: string, rows: readonly Row[]): void {
  const edge = useEdge();
  const origin = useOrigin();
  for (const clause of new Set(rows.map((row) => row.clause))) {
    describe(`${document} ${clause}`, () => {
      for (const row of rows) if (row.clause === clause) it(row.name, () => play(row, edge, origin));
    });
  }
}

export async function play(row: Play, edge: Edge, origin: TestOrigin): Promise<void> {
  await edge.stopClockAt(NOON);
  const client = await edge.site({
    pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
    routes: [{ id: "all", to: "web", ...(row.cache !== undefined && { cache: row.cache }) }],
    security: "off",
  });
  let count = 0;
  origin.answers((request, response) => {
    const given = row.given[Math.min(count++, row.given.length - 1)] ?? {};
    give(given, { request, response, count, now: edge.now });
  });

  const answers: Answer[] = [];
  for (const step of row.when) {
    if ("after" in step) await edge.advance(step.after * 1_000);
    else answers.push(await send(step, client, edge));
    await edge.settled(); // until storing and refreshing in the background has finished
  }
  expect(
    answers.map(({ text }, index) => (bodyOf(row.expect[index]) === undefined ? undefined : text)),
  ).toEqual(row.expect.map(bodyOf));
  for (const [index, expected] of row.expect.entries()) compare(answers[index], expected);
  compareAsked(row.asked, origin.seen);
}

function give(
  given: Given,
  {
    request,
    response,
    count,
    now,
  }: { request: IncomingMessage; response: ServerResponse; count: number; now: number },
): void {
  if (given.dies === "connection") return void request.socket.destroy();
  response.sendDate = false;
  response.statusCode = given.status ?? 200;
  const fields = given.undated ? given.headers : { date: fromNow(0), ...given.headers };
  for (const [name, value] of Object.entries(fields ?? {})) response.setHeader(name, onWire(value, now));
  const bodiless = request.method === "HEAD" || response.statusCode === 304 || response.statusCode === 204;
  const body = given.body ?? String(count);
  if (bodiless) response.end();
  else if (given.dies === "body") {
    response.setHeader("content-length", Buffer.byteLength(body) + 1);
    response.write(body, () => request.socket.destroy());
  } else response.setHeader("content-length", Buffer.byteLength(body)).end(body);
}

const onWire = (value: Fields[string], now: number): string | string[] =>
  value instanceof Moment ? value.asDate(now) : typeof value === "string" ? value : [...value];

function send(step: Exclude<Step, { after: number }>, client: EdgeClient, edge: Edge): Promise<Answer> {
  const headers = Object.entries(step.headers).map(
    ([name, value]) => [name, onWire(value, edge.now)] as const,
  );
  const asking: Asking = {
    method: step.method,
    headers: Object.fromEntries(headers),
    ...(step.body !== undefined && { body: step.body }),
  };
  return client
    .ask(`/page${step.path}`, asking)
    .catch(() => new Answer(0, new Headers(), Buffer.from(BROKEN)));
}

const bodyOf = (expected: Expected | undefined): string | undefined =>
  typeof expected === "string" ? expected : expected?.body;

function compare(answer: Answer | undefined, expected: Expected): void {
  if (typeof expected === "string") return;
  if (expected.status !== undefined) expect(answer?.status).toBe(expected.status);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    const found = `${name}: ${answer?.header(name) ?? null}`;
    if (value instanceof RegExp) expect(found).toMatch(value);
    else expect(found).toBe(`${name}: ${value}`);
  }
}

function compareAsked(asked: Play["asked"], seen: readonly OriginRequestSeen[]): void {
  if (typeof asked === "number") {
    expect(seen.map(({ method }) => method)).toHaveLength(asked);
    return;
  }
  expect(
    seen.map(({ method, headers }, index) => {
      const names = Object.keys(asked[index] ?? {});
      return Object.fromEntries(
        names.map((name) => [name, name === "method" ? method : (headers[name] ?? null)]),
      );
    }),
  ).toEqual(asked);
}
