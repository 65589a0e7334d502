// What is known of a client that has proven who it is, and patterns for it.

import { doc } from "#doc";
import * as z from "../../zod.ts";

/** A path into the claims: `email`, `realm_access.roles`. */
export const claimName = z
  .string()
  .regex(/^[^\s.]+(?:\.[^\s.]+)*$/, "is not the name of a claim; write email, or realm_access.roles")
  .meta({ title: "claim" });

const claimPattern = z
  .union([z.boolean(), z.string(), z.array(z.string()).min(1)])
  .describe(
    doc(
      "A value with `*` for any text, a list of which one has to match, or true / false for present / absent.",
    ),
  )
  .meta({ title: "text pattern" })
  .meta(doc({ examples: ["*@example.com", ["admin", "editor"]] }));

export const claims = z
  .record(claimName, claimPattern)
  .describe(
    doc(
      "Claims of the client, by name; all of them must hold. One match is enough where a claim is a list, or a `scope`.",
    ),
  )
  .meta(doc({ examples: [{ groups: ["admin"], email: "*@example.com" }] }));

export type ClaimsConfig = z.output<typeof claims>;
