// The JSON Schema of a site file (draft 2020-12), for editors. It describes what people may write, not the parsed
// values.
import { z } from "zod";
import { siteSchema } from "../../shared/site/schema.ts";

/** The part of JSON Schema that Zod writes for a site file. */
export interface JsonSchema {
  $schema?: string;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  title?: string;
  description?: string;
  examples?: unknown[];
  default?: unknown;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

export function siteJsonSchema(): JsonSchema {
  return z.toJSONSchema(siteSchema, {
    io: "input",
    target: "draft-2020-12",
    override: ({ jsonSchema, zodSchema }) => {
      // Zod leaves them out if there is a transform below, because they might be examples of its output. Ours never
      // are.
      const examples = z.globalRegistry.get(zodSchema)?.examples as unknown[] | undefined;
      if (examples) jsonSchema.examples = examples;
      // A name of Zod's own, not of JSON Schema. The pattern beside it says the same.
      if (jsonSchema.format === "starts_with") delete jsonSchema.format;
    },
  }) as JsonSchema;
}
