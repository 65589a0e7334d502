// Which bodies are compressed on their way to the client.
import { doc } from "#doc";
import * as z from "../zod.ts";
import { AUTO, CODINGS } from "./compression-defaults.ts";
import { mediaTypePattern } from "./edits-schema.ts";
import { headerName, size } from "./scalars.ts";

const rules = z.strictObject({
  codings: z
    .array(z.enum(CODINGS))
    .min(1, "is empty; name a coding, or write `compress: off`")
    .default([...CODINGS])
    .describe(
      doc("The codings that are used. The first one wins among those that the client likes equally."),
    ),
  types: z
    .array(mediaTypePattern)
    .min(1, "is empty; name a media type")
    .max(64, "has more than 64 entries")
    .prefault([...AUTO.types])
    .describe(
      doc(
        "The media types that are compressed; `*` stands for any text. Event streams (`text/event-stream`) only if named in full.",
      ),
    ),
  minSize: size
    .default(AUTO.minSize)
    .describe(
      doc("A body that is known to be smaller is left as it is. One of unknown length is compressed."),
    ),
  notWith: z
    .array(headerName)
    .max(16, "has more than 16 entries")
    .default([])
    .describe(
      doc(
        "Request fields with which nothing is compressed: [cookie, authorization] against BREACH, where pages hold secrets beside what the " +
          "request says.",
      ),
    ),
});

export const compress = z
  .union([z.enum(["auto", "off"]), rules], "is neither auto, off nor an object")
  .describe(
    doc(
      "Compress bodies for clients that accept it, where the platform does not: in `headgate serve`. Cloudflare and `headgate dev` compress by " +
        "themselves. auto: all defaults. By default off. See docs/compression.md.",
    ),
  )
  .meta(doc({ examples: ["auto", { minSize: "2KiB", notWith: ["cookie"] }] }));

export type CompressConfig = z.output<typeof compress>;
