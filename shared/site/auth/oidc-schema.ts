// Login at an OpenID provider.
import { doc } from "#doc";
import * as z from "../../zod.ts";
import { path } from "../action-schema.ts";
import { durationWithin, httpUrl, rejectedBy } from "../scalars.ts";
import { secretReference } from "../secret-schema.ts";
import { claimName } from "./claims-schema.ts";
import { objectionToKeySetUrl } from "./key-set-url.ts";

const objectionToIssuer = (text: string): string | undefined =>
  objectionToKeySetUrl(text) ?? (/[?]/.test(text) ? "has a query, which no issuer has" : undefined);

/** A path of the edge itself: written as URLs spell it. */
const ownPath = path.regex(
  /^(?:\/[\w.~-]+)+$/,
  "must be a path of plain segments; write it as /oauth2/callback",
);

const scope = z.string().regex(/^[!#-[\]-~]+$/, "is not a scope; write each as an entry of its own");

const domain = z
  .string()
  .regex(/^(?:[a-z\d-]+\.)+[a-z\d-]+$/, "is not a domain; write example.com, in lower case");

/** The edge writes these itself. */
const OF_THE_EDGE = new Set([
  "response_type",
  "response_mode",
  "client_id",
  "redirect_uri",
  "scope",
  "state",
  "nonce",
  "code_challenge",
  "code_challenge_method",
  "request",
  "request_uri",
]);

const parameterName = z
  .string()
  .superRefine(
    rejectedBy((name) => (OF_THE_EDGE.has(name) ? "is a parameter that the edge writes itself" : undefined)),
  );

export const oidc = z
  .strictObject({
    issuer: httpUrl("is not a URL")
      .superRefine(rejectedBy(objectionToIssuer))
      .describe(
        doc("The provider: below this URL it describes itself under `/.well-known/openid-configuration`."),
      ),
    clientId: z.string().min(1).max(256).describe(doc("What the provider calls this site.")),
    clientSecret: secretReference
      .optional()
      .describe(
        doc(
          "The secret that the site has with the provider: ${secret:NAME}. Without one it is a public client.",
        ),
      ),
    scopes: z
      .array(scope)
      .max(32)
      .default(["openid", "email", "profile"])
      .describe(doc("What is asked for. `openid` is always among them.")),
    allow: z
      .strictObject({
        emailDomains: z
          .array(domain)
          .min(1)
          .max(100)
          .optional()
          .describe(doc("Only people with a verified e-mail address of one of these domains.")),
        groups: z
          .array(z.string().min(1))
          .min(1)
          .max(100)
          .optional()
          .describe(doc("Only members of one of these groups.")),
        groupsClaim: claimName.default("groups").describe(doc("The claim that has the groups.")),
      })
      .optional()
      .describe(
        doc(
          "Who gets in of those who can log in; by default all of them. Each key that is given has to hold.",
        ),
      )
      .meta(doc({ examples: [{ emailDomains: ["example.com"], groups: ["staff"] }] })),
    callback: ownPath
      .default("/oauth2/callback")
      .describe(
        doc(
          "The path to which the provider sends browsers back. Register it there with the scheme and host of the site.",
        ),
      ),
    logout: ownPath
      .default("/oauth2/logout")
      .describe(doc("The path that ends a session, here and at the provider.")),
    session: z
      .strictObject({
        ttl: durationWithin({ least: "1m", most: "30d" })
          .prefault("8h")
          .describe(doc("How long a login is good.")),
        claims: z
          .array(claimName)
          .max(50)
          .default(["email", "email_verified", "name", "preferred_username", "groups"])
          .describe(
            doc(
              "The claims that the session keeps besides `sub` and those that the site file names. They are in a cookie, which may not be long.",
            ),
          ),
      })
      .prefault({})
      .describe(doc("The session, in an encrypted cookie."))
      .meta(doc({ examples: [{ ttl: "12h", claims: ["email", "email_verified", "roles"] }] })),
    parameters: z
      .record(parameterName, z.string().max(1_024))
      .default({})
      .describe(doc("Further parameters of the login, as the provider knows them."))
      .meta(doc({ examples: [{ prompt: "select_account", hd: "example.com" }] })),
    userinfo: z
      .boolean()
      .default(false)
      .describe(
        doc("Also ask the provider's UserInfo endpoint for claims, where they are not in the ID token."),
      ),
    timeout: durationWithin({ least: "100ms", most: "30s" })
      .default(5_000)
      .describe(doc("How long each answer of the provider may take.")),
    tolerance: durationWithin({ least: "0s", most: "5m" })
      .default(60_000)
      .describe(doc("How far the clock of the provider may be off.")),
  })
  .describe(
    doc(
      "Login at an OpenID provider (OpenID Connect, authorization code flow with PKCE). See docs/login.md.",
    ),
  )
  .meta(
    doc({
      examples: [
        {
          issuer: "https://id.example.com",
          clientId: "shop",
          clientSecret: "${secret:OIDC}",
          allow: { emailDomains: ["example.com"] },
        },
      ],
    }),
  );

export type OidcConfig = z.output<typeof oidc>;
