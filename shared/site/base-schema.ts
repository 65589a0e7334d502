// The path under which an origin is shown that thinks it is at the root of its host.

import { doc } from "#doc";
import { path } from "./action-schema.ts";

/** Without a trailing slash, in the spelling of URLs. */
export const base = path
  .regex(/^(?:\/[\w.~-]+)+$/, "must be a path of plain segments without a slash at its end; write it as /app")
  .describe(
    doc(
      "The origin thinks that it is at `/`, and is shown under this path, as `/app`. It is taken off the path that the origin sees and put in front of " +
        "the paths that the origin names: in Location, Content-Location, Refresh, Link and the paths of cookies, and in HTML and CSS. " +
        "The origin is told of it by X-Forwarded-Prefix. See docs/edits.md.",
    ),
  )
  .meta(doc({ examples: ["/app"] }));
