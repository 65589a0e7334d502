// Header fields that a site or a route sets, adds or removes.
import * as z from "zod";
import { editableHeaderName, headerValue } from "./scalars.ts";

export const headerEdits = z
  .strictObject({
    set: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe("Put this value in place of any other."),
    add: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe("Add this value beside those that are there."),
    remove: z.array(editableHeaderName).prefault([]).describe("Take the field away."),
  })
  .describe("Applied in this order: remove, set, add.")
  .meta({ examples: [{ remove: ["x-powered-by"], set: { "x-edge": "headgate" } }] });

export const headers = z
  .strictObject({
    request: headerEdits
      .optional()
      .describe("What the origin receives. Applied in this order: remove, set, add."),
    response: headerEdits
      .optional()
      .describe(
        "What the client receives, from an origin, the cache or the edge itself. Applied in this order: remove, set, add.",
      ),
  })
  .describe(
    "Header fields to set, add or remove. A route's edits come after the site's. " +
      "Fields that frame a message (Host, Connection, Content-Length, …) belong to the edge.",
  )
  .meta({ examples: [{ response: { set: { "x-edge": "headgate" } } }] });

export type HeaderEditsConfig = z.output<typeof headerEdits>;
