// Which bodies of requests are let in.
import { doc } from "#doc";
import * as z from "../zod.ts";
import { oneOrMore, size } from "./scalars.ts";

const mediaType = z
  .string()
  .regex(
    /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+*-]+$/,
    "is not a media type; write application/json, image/* or application/*+json, without parameters",
  )
  .transform((type) => type.toLowerCase())
  .meta(doc({ title: "media type", examples: ["application/json", "image/*"] }));

export const body = z
  .strictObject({
    max: z
      .union([size, z.literal("off")], "is not a size; write a number and a unit, such as 10MiB, or off")
      .optional()
      .describe(
        doc(
          "The size of a request's body, at most, in the form in which it is sent. A larger one gets 413: at once if its length is declared, else " +
            "as soon as it is exceeded, and no origin gets it as a whole. off: no limit, where the site has one.",
        ),
      ),
    types: oneOrMore(mediaType)
      .optional()
      .describe(
        doc(
          "The media types of a body, `*` for any text after the slash. Any other gets 415, and so does a body without one Content-Type. " +
            "Parameters such as the charset are not compared.",
        ),
      ),
  })
  .describe(
    doc(
      "What is let in of the bodies of requests. What a route says of either takes the place of what the site says.",
    ),
  )
  .meta(doc({ examples: [{ max: "1MiB", types: ["application/json"] }] }));
