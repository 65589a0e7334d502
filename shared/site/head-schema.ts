// How long the URL and the header fields of a request may be.
import { doc } from "#doc";
import * as z from "../zod.ts";
import { sizeWithin } from "./scalars.ts";

/** Those of the edge are the most: a site can only narrow them. */
export const head = z
  .strictObject({
    maxUrl: sizeWithin({ least: "16B", most: "8KiB" })
      .optional()
      .describe(doc("The length of path and query, at most, in canonical form. A longer one gets 414.")),
    maxSize: sizeWithin({ least: "256B", most: "32KiB" })
      .optional()
      .describe(
        doc(
          "The size of all header fields, at most. A larger one gets 431, also if the cache could have answered.",
        ),
      ),
    maxFields: z
      .number()
      .int()
      .min(8, "is fewer than every request has; write 8 to 1000")
      .max(1_000, "is more than fits into 32KiB; write 8 to 1000")
      .optional()
      .describe(
        doc(
          "The number of header fields, at most. Lines of the same name are one field. More get 431. A browser sends about 20; Cloudflare adds about 8.",
        ),
      ),
  })
  .describe(
    doc(
      "Limits of the URL and the header fields of a request, below those of the edge (8192 characters, 32 KiB). What a route says of each takes " +
        "the place of what the site says.",
    ),
  )
  .meta(doc({ examples: [{ maxUrl: "1KiB", maxSize: "8KiB", maxFields: 50 }] }));
