// What clients get in place of an error.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { path } from "./action-schema.ts";
import { id } from "./scalars.ts";

const MAX_BODY = 256 * 1_024;

const type = z.string().regex(/^[!-~][ -~]*$/, "is not a media type; write text/html; charset=utf-8");

const file = z
  .string()
  .regex(
    /^\w[\w.-]*$/,
    "is not the name of a file beside the site file; letters, digits, `.`, `-` and `_` only, and no folder",
  );

const page = z
  .strictObject({
    file: file
      .optional()
      .describe(
        doc(
          "A file in the folder of the site file. The command line reads it together with that, and puts it into `body`.",
        ),
      ),
    body: z.string().max(MAX_BODY, "is longer than 256 KiB").optional().describe(doc("The page as text.")),
    type: type
      .optional()
      .describe(doc("Its Content-Type; by default by the end of the name of the file, or HTML.")),
    pool: id
      .optional()
      .describe(doc("The pool whose origins are asked for the page, with GET and nothing of the client.")),
    path: path.optional().describe(doc("The path that they are asked for.")),
  })
  .describe(
    doc(
      "A page: a `file` beside the site file, a text (`body`), or one of a `pool`. `${status}`, `${reason}` and `${request.id}` in a file or a " +
        "text are filled in.",
    ),
  )
  .meta(doc({ examples: [{ body: "<h1>${status}</h1>\n<p>Request ${request.id}</p>\n" }] }));

const which = z.string().regex(/^[45](?:\d\d|xx)$/, "is not a status of an error; write 404, 4xx or 5xx");

export const errors = z
  .strictObject({
    pages: z
      .record(which, page)
      .describe(
        doc(
          "By status (`404`) or class (`4xx`, `5xx`). The status itself comes first, and a route before its site.",
        ),
      ),
    of: z
      .enum(["edge", "all"])
      .default("edge")
      .describe(
        doc(
          "edge: only in place of errors that the edge makes itself. all: in place of those of origins too.",
        ),
      ),
  })
  .describe(
    doc(
      "Pages in place of errors. They have the status of the error, are never stored, and are sent to everybody who would get the error. See docs/errors.md.",
    ),
  )
  .meta(
    doc({
      examples: [
        { of: "all", pages: { 404: { body: "<h1>Not here</h1>\n" }, "5xx": { body: "<h1>Sorry</h1>\n" } } },
      ],
    }),
  );

export type ErrorsConfig = z.output<typeof errors>;
