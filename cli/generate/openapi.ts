// The OpenAPI document of the admin API, from the table of its operations. Pure.

import { registry, toJSONSchema } from "zod/v4/core";
import { type AdminReason, adminStatusOf } from "../../shared/admin/admin-refusal.ts";
import { hasBody, type Operation } from "../../shared/admin/operation.ts";
import type * as z from "../../shared/zod.ts";

/** What any operation may refuse. */
const ALWAYS: readonly AdminReason[] = [
  "no-token",
  "unknown-token",
  "scope-missing",
  "cross-site",
  "access-unavailable",
];

export function openApiOf(operations: Readonly<Record<string, Operation>>) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, one] of Object.entries(operations)) {
    paths[one.path] = { ...paths[one.path], [one.method]: describe(name, one) };
  }
  return {
    openapi: "3.1.1",
    info: { title: "Headgate admin API", version: "1" },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Problem: PROBLEM },
    },
  };
}

function describe(name: string, one: Operation) {
  return {
    operationId: name,
    summary: one.summary,
    "x-scopes": one.scopes,
    parameters: [...parametersIn(one.path), ...parametersOf(one.query)],
    ...(hasBody(one) && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: schemaOf(one.body, "input") } },
      },
    }),
    responses: {
      200: {
        description: "Done",
        content: { "application/json": { schema: schemaOf(one.answer, "output") } },
      },
      ...refusalsOf(one),
    },
  };
}

const parametersIn = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

const parametersOf = (query: z.ZodObject) =>
  Object.entries(query.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: "query",
    required: !schema.safeParse(undefined).success,
    schema: schemaOf(schema, "input"),
  }));

/** Without `$schema`, which OpenAPI 3.1 has once for the document, and without ids, because every schema is in place. */
function schemaOf(schema: z.ZodType, io: "input" | "output") {
  const { $schema: _, ...rest } = toJSONSchema(schema, {
    io,
    metadata: registry(),
    unrepresentable: "any",
  });
  return rest;
}

function refusalsOf(one: Operation): Record<number, unknown> {
  const reasons: readonly AdminReason[] = [
    "invalid-input",
    ...(hasBody(one) ? (["not-json", "body-incomplete", "body-too-slow", "body-too-large"] as const) : []),
    ...ALWAYS,
    ...one.refuses,
  ];
  const byStatus = Map.groupBy(reasons, (reason) =>
    adminStatusOf({ reason } as Parameters<typeof adminStatusOf>[0]),
  );
  return Object.fromEntries(
    [...byStatus].map(([status, words]) => [
      status,
      {
        description: words.join(", "),
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    ]),
  );
}

/** RFC 9457. */
const PROBLEM = {
  type: "object",
  required: ["type", "title", "status", "detail", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string", description: "the reason, in one word" },
    status: { type: "integer" },
    detail: { type: "string", description: "what happened, in a sentence" },
    requestId: { type: "string" },
    problems: {
      type: "array",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: { path: { type: "string" }, message: { type: "string" } },
      },
    },
  },
};
