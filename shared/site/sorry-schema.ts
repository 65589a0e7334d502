// What a client gets in place of a refusal when no origin of a pool has answered.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { path, respond } from "./action-schema.ts";
import { id } from "./scalars.ts";

const instead = respond
  .extend({
    status: z
      .number()
      .int()
      .min(400)
      .max(599)
      .optional()
      .describe(doc("The status of the answer; by default that of the refusal: 502, 503 or 504.")),
  })
  .describe(doc("The edge answers by itself."))
  .meta(
    doc({ examples: [{ headers: { "content-type": "text/html" }, body: "<h1>Back in two minutes</h1>\n" }] }),
  );

export const sorry = z
  .union([
    id,
    z
      .strictObject({
        pool: id.describe(
          doc(
            "The pool whose origins are asked, with GET, without the cookies and credentials of the client.",
          ),
        ),
        path: path
          .optional()
          .describe(
            doc("The path that they are asked for, such as /sorry.html; by default that of the request."),
          ),
      })
      .meta(doc({ examples: [{ pool: "static", path: "/sorry.html" }] })),
    z.strictObject({ respond: instead }),
  ])
  .describe(
    doc(
      "Answers when no origin of this pool has: a pool, or an answer of the edge. The status is that of the refusal in its place, and " +
        "nothing of it is stored. A stored response that may stand in comes first.",
    ),
  )
  .meta(doc({ examples: [{ respond: { body: "Back in two minutes.\n" } }] }));

export type SorryConfig = z.output<typeof sorry>;
