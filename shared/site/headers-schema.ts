// Header fields that a site or a route sets, adds or removes.
import * as z from "zod";
import { editableHeaderName, headerValue } from "./scalars.ts";

export const headerEdits = z
  .strictObject({
    set: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe(
        "Set the field to this value. Filled in for each request: `${client.ip}`, `${client.country}`, " +
          "`${host}`, `${scheme}`, `${method}`, `${path}`, `${query}`, `${request.id}`, and what the route's path " +
          "captured, as `${path.id}` or `:id`. If one of them is unknown, the field is removed. `$${` is a literal `${`.",
      ),
    add: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe("Add this value to those already present. Placeholders are filled in as in `set`."),
    remove: z.array(editableHeaderName).prefault([]).describe("Remove the field."),
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
    "Header fields to set, add or remove. The edits of a route come after those of the site, and after its security headers. " +
      "A request field named here is not accepted from the client in another spelling (`x_user` for `x-user`). " +
      "Fields that frame a message (Host, Connection, Content-Length, …) belong to the edge.",
  )
  .meta({ examples: [{ response: { set: { "x-edge": "headgate" } } }] });

export type HeaderEditsConfig = z.output<typeof headerEdits>;
