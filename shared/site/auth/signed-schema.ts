// Links and cookies that are signed.
import { doc } from "#doc";
import * as z from "../../zod.ts";
import { method, oneOrMore } from "../scalars.ts";
import { secretReference } from "../secret-schema.ts";
import { SIGNED_NAME } from "./signed-name.ts";

const name = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "is not a name; use letters, digits, '_' and '-'")
  .default(SIGNED_NAME);

export const signed = z
  .strictObject({
    secret: oneOrMore(secretReference)
      .optional()
      .describe(
        doc(
          "The secret that signs: ${secret:NAME}; of several the first signs, and all are accepted. By default the key is derived from " +
            "HEADGATE_SECRET, for this site only.",
        ),
      ),
    query: name.describe(doc("The query parameter of a signed link.")),
    cookie: name.describe(doc("The cookie of a client that has a signed cookie.")),
    methods: oneOrMore(method)
      .default(["GET"])
      .describe(doc("The methods that a signature is good for; GET includes HEAD.")),
  })
  .describe(
    doc(
      "A link that `headgate sign` has signed, or a cookie: for one URL or for all paths below a prefix, until a time, and if wanted for " +
        "one address. The claim `sub` is the subject that it was signed for, if any.",
    ),
  )
  .meta(doc({ examples: [{ secret: "${secret:LINKS}", query: "token" }] }));

export type SignedConfig = z.output<typeof signed>;
