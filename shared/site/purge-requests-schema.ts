// Who may purge by sending PURGE or BAN to a URL of the site, as Varnish is told.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { addressRange, durationWithin } from "./scalars.ts";

const MAX_TOKENS = 20;
export const DEFAULT_WITHIN_MS = 300_000;

const tokenHash = z
  .string()
  .regex(
    /^[\da-f]{64}$/,
    'is not the SHA-256 of a token; write what `printf %s "$TOKEN" | sha256sum` prints, 64 hexadecimal digits',
  )
  .meta({ title: "SHA-256" });

export const purgeRequests = z
  .strictObject({
    signed: z
      .boolean()
      .default(true)
      .describe(
        doc(
          "Accept requests that are signed (RFC 9421, hmac-sha256) with the key that is derived from HEADGATE_SECRET for this " +
            "site. `headgate sign` makes the key and signatures.",
        ),
      ),
    within: durationWithin({ least: "1s", most: "1h" })
      .default(DEFAULT_WITHIN_MS)
      .describe(
        doc("How old a signature may be. Within this time, whoever has recorded it can send it again."),
      ),
    tokens: z
      .array(tokenHash)
      .max(MAX_TOKENS, `has too many; write at most ${MAX_TOKENS}`)
      .default([])
      .describe(
        doc(
          "Also accept requests with `Authorization: Bearer TOKEN`, for clients that can send a fixed header field and cannot sign. " +
            "Each is the SHA-256 of a token. Danger: whoever reads one request can purge until the token is changed.",
        ),
      ),
    from: z
      .array(addressRange)
      .min(1, "is empty, so nobody may purge; name an address, or leave the key out")
      .optional()
      .describe(
        doc(
          "The addresses of the clients that may purge, beside the signature or the token. By default all.",
        ),
      ),
  })
  .describe(
    doc(
      "Purge by requests with the method PURGE or BAN, for who comes from Varnish: docs/purging.md. Without this key they are " +
        "passed on like others.",
    ),
  )
  .meta(doc({ examples: [{ within: "2m", from: ["192.0.2.0/24"] }] }));

export type PurgeRequestsConfig = z.output<typeof purgeRequests>;
