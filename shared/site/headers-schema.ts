// Header fields that a site or a route sets, adds or removes.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { editableHeaderName, headerValue } from "./scalars.ts";

export const headerEdits = z
  .strictObject({
    set: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe(
        doc(
          "Set the field to this value. Filled in for each request: `${client.ip}`, `${client.country}`, " +
            "`${host}`, `${scheme}`, `${method}`, `${path}`, `${query}`, `${request.id}`, and what the route's path " +
            "captured, as `${path.id}` or `:id`. If one of them is unknown, the field is removed. `${secret:NAME}` is a secret of the edge " +
            "(docs/secrets.md). `$${` is a literal `${`.",
        ),
      ),
    add: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe(doc("Add this value to those already present. Placeholders are filled in as in `set`.")),
    remove: z.array(editableHeaderName).prefault([]).describe(doc("Remove the field.")),
  })
  .describe(doc("Applied in this order: remove, set, add."))
  .meta(doc({ examples: [{ remove: ["x-powered-by"], set: { "x-edge": "headgate" } }] }));

export const headers = z
  .strictObject({
    request: headerEdits
      .optional()
      .describe(doc("What the origin receives. Applied in this order: remove, set, add.")),
    response: headerEdits
      .optional()
      .describe(
        doc(
          "What the client receives, from an origin, the cache or the edge itself. Applied in this order: remove, set, add.",
        ),
      ),
  })
  .describe(
    doc(
      "Header fields to set, add or remove. The edits of a route come after those of the site, and after its security headers. " +
        "A request field named here is not accepted from the client in another spelling (`x_user` for `x-user`). " +
        "Fields that frame a message (Host, Connection, Content-Length, …) belong to the edge.",
    ),
  )
  .meta(doc({ examples: [{ response: { set: { "x-edge": "headgate" } } }] }));

export type HeaderEditsConfig = z.output<typeof headerEdits>;
