// Which methods may be used.
import { doc } from "#doc";
import { method, oneOrMore } from "./scalars.ts";

export const methods = oneOrMore(method)
  .describe(
    doc(
      "The methods that are allowed; GET includes HEAD. Any other gets 405, also if it only stands in a field that overrides the method, " +
        "such as X-HTTP-Method-Override. A route has to keep to those of the site.",
    ),
  )
  .meta(doc({ examples: [["GET", "POST"]] }));
