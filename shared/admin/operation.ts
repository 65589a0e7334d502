// One operation of the admin API: from it come the route, the checks of its input, its part of the OpenAPI document, and the
// types of the client.
import * as z from "../zod.ts";
import type { AdminReason } from "./admin-refusal.ts";
import type { Scope } from "./scopes.ts";

export interface Operation<
  Path extends string = string,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: "get" | "post" | "put" | "delete";
  /** As in OpenAPI: `/v1/sites/{site}`. */
  readonly path: Path;
  readonly summary: string;
  /** Any one of them suffices. */
  readonly scopes: readonly Scope[];
  /** Such operations are in the audit log. */
  readonly changes: boolean;
  /** What the audit log has of the body, if that is too large for it. */
  readonly auditedBody?: (body: z.output<Body>) => unknown;
  readonly query: Query;
  readonly body: Body;
  readonly maxBodyBytes: number;
  readonly answer: Answer;
  /** The reasons for which it refuses, beside those of every operation. */
  readonly refuses: readonly AdminReason[];
}

const NO_QUERY = z.strictObject({});
const NO_BODY = z.undefined();

/** Room for a thousand URLs to purge. */
const MAX_BODY_BYTES = 262_144;

type Wanted<Path extends string, Query, Body extends z.ZodType, Answer> = Pick<
  Operation<Path>,
  "method" | "path" | "summary" | "scopes"
> & {
  readonly changes?: true;
  readonly auditedBody?: (body: z.output<NoInfer<Body>>) => unknown;
  readonly query?: Query;
  readonly body?: Body;
  readonly maxBodyBytes?: number;
  readonly answer: Answer;
  readonly refuses?: readonly AdminReason[];
};

export function operation<
  const Path extends string,
  Answer extends z.ZodType,
  Query extends z.ZodObject = typeof NO_QUERY,
  Body extends z.ZodType = typeof NO_BODY,
>(wanted: Wanted<Path, Query, Body, Answer>): Operation<Path, Query, Body, Answer> {
  return {
    refuses: [],
    maxBodyBytes: MAX_BODY_BYTES,
    ...wanted,
    changes: wanted.changes ?? false,
    query: wanted.query ?? (NO_QUERY as unknown as Query),
    body: wanted.body ?? (NO_BODY as unknown as Body),
  };
}

export const hasBody = ({ body }: Operation): boolean => body !== NO_BODY;

/** `{ site: string }` for `/v1/sites/{site}`. */
export type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & ParamsOf<Rest>
  : unknown;

/** As a client writes it. */
export interface AskedOf<O extends Operation> {
  readonly params: ParamsOf<O["path"]>;
  readonly query: z.input<O["query"]>;
  readonly body: z.input<O["body"]>;
}

/** After its checks. */
export interface GivenOf<O extends Operation> {
  readonly params: ParamsOf<O["path"]>;
  readonly query: z.output<O["query"]>;
  readonly body: z.output<O["body"]>;
}

export type AnswerOf<O extends Operation> = z.output<O["answer"]>;
