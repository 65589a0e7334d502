// Sticky sessions: a client stays with the origin that first answered it.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { durationWithin } from "./scalars.ts";

/** RFC 6265 §4.1.1. Browsers treat names that begin with `__Host-`, `__Secure-` or `__Http-` in a way of their own. */
const COOKIE = /^(?!__)[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

export const sticky = z
  .strictObject({
    cookie: z
      .string()
      .regex(COOKIE, {
        error: ({ input }) =>
          String(input).startsWith("__")
            ? "has a prefix that the edge adds itself where it may; leave the prefix out"
            : "is not a cookie name; letters, digits, '-' and '_' only",
      })
      .optional()
      .describe(
        doc(
          "The name of the cookie; by default `hg-` and the name of the pool. Over https it is sent as `__Host-NAME`. Each pool of " +
            "a site needs a name of its own.",
        ),
      ),
    ttl: durationWithin({ least: "1m", most: "400d" }) // browsers keep no cookie for longer (RFC 6265bis §5.5)
      .prefault("1h")
      .describe(
        doc(
          "How long a client that stays away keeps its origin, 1m to 400d. The cookie is renewed when half of this has passed.",
        ),
      ),
    when: z
      .enum(["rebind", "wait", "refuse"])
      .default("rebind")
      .describe(
        doc(
          "What happens while the client's origin is out. rebind: another one answers from now on. wait: another one answers until it " +
            "is back. refuse: 503.",
        ),
      ),
    sameSite: z
      .enum(["lax", "strict", "none"])
      .default("lax")
      .describe(
        doc(
          "To which requests from other sites browsers add the cookie. none: to all of them, over https only; for an application that " +
            "is framed or called by other sites.",
        ),
      ),
  })
  .describe(
    doc(
      "Keeps a client at the origin that first answered it, by a signed cookie. It needs the secret HEADGATE_SECRET: without it, clients " +
        "are not kept.",
    ),
  )
  .meta(doc({ examples: [{ cookie: "hg", ttl: "1h", when: "wait" }] }));

export type StickyConfig = z.output<typeof sticky>;
