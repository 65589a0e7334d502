// What is changed in the bodies of responses on their way to the client.

import { doc } from "#doc";
import * as z from "../zod.ts";

export const mediaTypePattern = z
  .string()
  .regex(
    /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/,
    "is not a media type; write it as text/html or application/*+json, without parameters",
  );

const snippet = z.string().max(65_536, "is longer than 64 KiB; put it into a file of its own and name that");

const replacement = z
  .strictObject({
    from: z
      .string()
      .min(1, "is empty; name the text that is replaced")
      .max(1_024, "is longer than 1,024 characters")
      .describe(doc("The text, letter by letter.")),
    to: snippet.describe(doc("What stands in its place; may be empty.")),
  })
  .meta(doc({ examples: [{ from: "Beta", to: "" }] }));

export const edits = z
  .strictObject({
    originUrls: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Replace the URLs of the route's origins by those of the edge, in whatever spelling: plain, `//host`, escaped as in JSON, or as " +
            "a parameter of another URL.",
        ),
      ),
    replace: z
      .array(replacement)
      .max(32, "has more than 32 entries")
      .default([])
      .describe(doc("Texts that are replaced wherever they occur. What was put in is not searched again.")),
    inject: z
      .strictObject({
        headStart: snippet.optional().describe(doc("Right after `<head>`.")),
        headEnd: snippet.optional().describe(doc("Right before `</head>`.")),
        bodyStart: snippet.optional().describe(doc("Right after `<body>`.")),
        bodyEnd: snippet.optional().describe(doc("Right before `</body>`.")),
      })
      .optional()
      .describe(doc("HTML that is put into pages that have the tag in question."))
      .meta(doc({ examples: [{ headEnd: '<link rel="icon" href="/icon.svg">' }] })),
    types: z
      .array(mediaTypePattern)
      .min(1, "is empty; name a media type")
      .max(32, "has more than 32 entries")
      .prefault([
        "text/html",
        "application/xhtml+xml",
        "text/css",
        "application/json",
        "application/*+json",
        "text/xml",
        "application/xml",
        "application/*+xml",
      ])
      .describe(
        doc("The media types whose bodies are edited; `*` stands for any text. `inject` concerns HTML only."),
      ),
  })
  .describe(
    doc(
      "Change bodies on their way to the client, after the cache. Compressed bodies cannot be edited, so the origin is asked for plain ones. " +
        "See docs/edits.md.",
    ),
  )
  .meta(doc({ examples: [{ originUrls: true }] }));

export type EditsConfig = z.output<typeof edits>;
