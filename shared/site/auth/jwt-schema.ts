// Signed tokens (RFC 7519).
import { doc } from "#doc";
import * as z from "../../zod.ts";
import { durationWithin, headerName, httpUrl, oneOrMore, rejectedBy } from "../scalars.ts";
import { secretReference } from "../secret-schema.ts";
import { objectionToKeySetUrl } from "./key-set-url.ts";
import { PUBLIC_ALGORITHMS, SECRET_ALGORITHMS } from "./token-algorithms.ts";

const USUAL_TOLERANCE_MS = 60_000;

const keySetUrl = httpUrl("is not a URL").superRefine(rejectedBy(objectionToKeySetUrl));

/** A public key (RFC 7517). What else is in it is checked where it is imported. */
const publicKey = z
  .record(z.string(), z.unknown())
  .refine(
    ({ kty }) => kty === "RSA" || kty === "EC" || kty === "OKP",
    "is not a public key: its `kty` is RSA, EC or OKP",
  )
  .refine((key) => !Object.hasOwn(key, "d"), "is a private key; name the public one")
  .meta({ title: "public key as a JWK" });

const audience = z.union([z.literal("any"), oneOrMore(z.string().min(1))]);

const tolerance = durationWithin({ least: "0s", most: "5m" })
  .default(USUAL_TOLERANCE_MS)
  .describe(doc("How far the clock of the issuer may be off."));

export const jwt = z
  .strictObject({
    issuer: z.string().min(1).describe(doc("What `iss` has to be, to the letter.")),
    audience: audience.describe(
      doc(
        "What `aud` has to name, or one of several. `any`: it is not looked at. Danger: then a token that the issuer made for another " +
          "application gets in here.",
      ),
    ),
    jwks: keySetUrl
      .optional()
      .describe(
        doc(
          "Where the issuer publishes its public keys (RFC 7517). They are read in the background and kept; the last good ones are used " +
            "while they cannot be read.",
        ),
      ),
    keys: z.array(publicKey).min(1).max(20).optional().describe(doc("Its public keys, in place of `jwks`.")),
    secret: secretReference
      .optional()
      .describe(doc("The secret of a token that is signed by HMAC, in place of `jwks`: ${secret:NAME}.")),
    algorithms: z
      .array(z.enum([...PUBLIC_ALGORITHMS, ...SECRET_ALGORITHMS]))
      .min(1)
      .optional()
      .describe(doc("The algorithms that are accepted: RS256 and ES256 by default, HS256 with `secret`.")),
    type: z
      .string()
      .min(1)
      .optional()
      .describe(
        doc(
          "What `typ` of the token's header has to be: at+jwt for access tokens by RFC 9068. By default any.",
        ),
      ),
    header: headerName
      .optional()
      .describe(doc("The field that has the token; by default `Authorization: Bearer TOKEN`.")),
    cookie: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe(doc("The cookie that has it, in place of a field.")),
    tolerance,
  })
  .describe(
    doc(
      "A signed token (RFC 7519) of an issuer. It has to say when it expires. Its claims are those of the client.",
    ),
  )
  .meta(
    doc({
      examples: [
        {
          issuer: "https://id.example.com/",
          audience: "shop",
          jwks: "https://id.example.com/.well-known/jwks.json",
        },
      ],
    }),
  );

export const access = z
  .strictObject({
    team: z
      .string()
      .regex(/^[a-z\d-]+$/, "is not the name of a team; write example, for example.cloudflareaccess.com")
      .describe(doc("The team: `example`, for example.cloudflareaccess.com.")),
    audience: oneOrMore(z.string().min(1)).describe(
      doc("The audience tag of the application, or of several."),
    ),
    tolerance,
  })
  .describe(
    doc(
      "Cloudflare Access: the assertion that it adds to each request is verified, so that nobody gets past it by another way to the Worker.",
    ),
  )
  .meta(
    doc({
      examples: [
        { team: "example", audience: "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2" },
      ],
    }),
  );

export type JwtConfig = z.output<typeof jwt>;
export type AccessConfig = z.output<typeof access>;
