// Who may use a route: how a client proves who it is, and what is required of it.
import { doc } from "#doc";
import * as z from "../zod.ts";
import { claimName, claims } from "./auth/claims-schema.ts";
import { forward } from "./auth/forward-schema.ts";
import { access, jwt } from "./auth/jwt-schema.ts";
import { oidc } from "./auth/oidc-schema.ts";
import { basic, key } from "./auth/password-schemas.ts";
import { signed } from "./auth/signed-schema.ts";
import { editableHeaderName } from "./scalars.ts";

const MOST_FIELDS = 20;

const fields = z
  .record(editableHeaderName, claimName)
  .refine((given) => Object.keys(given).length <= MOST_FIELDS, `has more than ${MOST_FIELDS} fields`)
  .describe(
    doc(
      "Request fields that tell the origin who asks, each with the claim that it carries. Whatever a client sends under such a name " +
        "is removed, in every spelling and on every route of the site.",
    ),
  )
  .meta(doc({ examples: [{ "x-user": "sub", "x-groups": "groups" }] }));

export const authentication = z
  .strictObject({
    basic: basic.optional(),
    key: key.optional(),
    jwt: jwt.optional(),
    access: access.optional(),
    signed: signed.optional(),
    oidc: oidc.optional(),
    forward: forward.optional(),
    require: claims.optional(),
    fields: fields.optional(),
    passCredentials: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Pass on to the origin what the client proved itself with. By default it is removed. Danger: an origin that is taken over " +
            "learns passwords and tokens.",
        ),
      ),
    shared: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Let caches further out store the responses as they are. By default they get `Cache-Control: private`. Danger: such a cache " +
            "gives them to anybody.",
        ),
      ),
  })
  .meta(
    doc({
      id: "auth",
      description: doc(
        "How clients prove who they are; exactly one of `basic`, `key`, `jwt`, `access`, `signed`, `oidc` and `forward`. See docs/authentication.md.",
      ),
      examples: [
        { key: { keys: { ci: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" } } },
      ],
    }),
  );

/** Off: open to everybody, whatever the site asks. */
export const auth = z.union([authentication, z.literal("off")]);

export type AuthConfig = z.output<typeof authentication>;
