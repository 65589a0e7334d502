// Address lists that access rules name: written in the file, or read from a URL.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { MAX_READ_LISTS } from "./lists-read.ts";
import { addressRange, durationWithin, holdsCredentials, httpUrl, id } from "./scalars.ts";

const MAX_RANGES = 10_000;
export const MAX_LISTS = 64;
const MAX_URL_LENGTH = 2_000;

const list = z
  .strictObject({
    ranges: z
      .array(addressRange)
      .min(1, "is empty; name at least one address or range")
      .max(MAX_RANGES, `has too many; write at most ${MAX_RANGES}, and a longer list behind a \`url\``)
      .optional()
      .describe(doc("The addresses and ranges themselves.")),
    url: httpUrl("is not an http(s) URL")
      .max(MAX_URL_LENGTH, `is longer than ${MAX_URL_LENGTH} characters`)
      .refine((url) => !holdsCredentials(url), "may not contain a user name or password")
      .optional()
      .describe(
        doc(
          "Where the list is read: text with an address or range at the beginning of each line, and comments after `#` or `;`, as " +
            "Spamhaus, Cloudflare and FireHOL publish them. A redirect is not followed. It may have a secret in its path or query " +
            "(docs/secrets.md). Danger: whoever writes that list decides " +
            "who may come in; over http, so does everybody on the way.",
        ),
      ),
    every: durationWithin({ least: "1m", most: "7d" })
      .optional()
      .describe(
        doc(
          "How often the list is read again, 1m to 7d; by default 1h. Publishers have limits of their own.",
        ),
      ),
  })
  .refine(
    ({ ranges, url }) => (ranges === undefined) !== (url === undefined),
    "is either in the file or behind a URL; write `ranges` or `url`",
  )
  .describe(doc("An address list: in the file (`ranges`), or behind a URL that is read again and again."))
  .meta(doc({ examples: [{ url: "https://www.spamhaus.org/drop/drop.txt", every: "12h" }] }));

export const lists = z
  .record(id, list)
  .refine((named) => Object.keys(named).length <= MAX_LISTS, `has too many; write at most ${MAX_LISTS}`)
  .refine(
    (named) => Object.values(named).filter(({ url }) => url !== undefined).length <= MAX_READ_LISTS,
    `has too many with a \`url\`; write at most ${MAX_READ_LISTS}`,
  )
  .default({})
  .describe(doc("Address lists, by the names under which `access` refers to them."));

export type ListConfig = z.output<typeof list>;
