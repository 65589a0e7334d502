// Answers from a folder of files, in place of an origin.
import { doc } from "#doc";
import * as z from "../zod.ts";
import { oneOrMore, rejectedBy } from "./scalars.ts";

/** Plain names. What begins with a dot is hidden from clients too (worker/files/file-place.ts). */
export const PLACE = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*)(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/;

const objectionToPlace = (place: string): string | undefined =>
  PLACE.test(place) && place.length <= 255
    ? undefined
    : "is not a plain name; write names of letters, digits, '.', '_' and '-' with / between them, without a / at either end";

const place = z
  .string()
  .superRefine(rejectedBy(objectionToPlace))
  .meta(doc({ title: "place of a file" }));

const objectionToGlob = (glob: string): string | undefined =>
  glob.startsWith("/") ? undefined : "must begin with /; write it as /assets/*";

const pathGlob = z
  .string()
  .max(1_024)
  .superRefine(rejectedBy(objectionToGlob))
  .meta(doc({ title: "path with stars" }));

export const files = z
  .strictObject({
    folder: place.describe(
      doc(
        "The folder, in the place where the edge has its files: `files` beside the site files, or what `--files` names; on Cloudflare " +
          "the assets of the Worker.",
      ),
    ),
    index: z
      .union([place, z.literal("off")])
      .default("index.html")
      .describe(
        doc(
          "The file that answers for a folder. off: a folder is not found. The files of a folder are never listed.",
        ),
      ),
    spa: z
      .union([z.literal(true), z.literal(false), place])
      .default(false)
      .describe(
        doc(
          "For an app that routes in the browser: where there is no file, answer with `index.html`, or with the file that is named here. Not for " +
            "paths whose last part has a dot, such as /missing.js, which are a 404.",
        ),
      ),
    cleanUrls: z.boolean().default(false).describe(doc("/about is also answered by about.html.")),
    notFound: place
      .optional()
      .describe(
        doc(
          "The file that goes out with a 404, such as 404.html. By default the edge's own page, or that of `errors`.",
        ),
      ),
    precompressed: z
      .boolean()
      .default(true)
      .describe(
        doc(
          "If app.js.br, app.js.zst or app.js.gz stands beside app.js, it goes out to clients that accept it. One that is older than its file is left alone.",
        ),
      ),
    immutable: z
      .union([z.literal("auto"), oneOrMore(pathGlob)])
      .default("auto")
      .describe(
        doc(
          "What never changes under its name, so that clients keep it for a year without asking again: paths, with `*` for any text. " +
            "auto: scripts, styles, images and fonts whose name holds a hash, such as app.3f9c1e2a.js or index-BfX3a9Qz.css.",
        ),
      ),
    else: oneOrMore(z.string())
      .optional()
      .describe(
        doc(
          "The pool that answers where there is no file, and what is neither GET nor HEAD; or several, as in `to`. Without it that is a 404 or a 405.",
        ),
      ),
  })
  .refine(({ spa, else: pools }) => spa === false || pools === undefined, {
    path: ["else"],
    message: "stands beside `spa`, which answers wherever there is no file; remove one of them",
  })
  .describe(
    doc(
      "Answer with the files of a folder: with ETag, ranges, precompressed siblings and the rules of `_headers` and `_redirects` in that folder. " +
        "See docs/files.md.",
    ),
  )
  .meta(doc({ examples: [{ folder: "shop", spa: true }] }));

export type FilesConfig = z.output<typeof files>;
