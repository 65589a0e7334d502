// Whether plain http is redirected to https.
import { doc } from "#doc";
import * as z from "../zod.ts";

const rules = z
  .strictObject({
    status: z
      .union([z.literal([301, 308]), z.enum(["301", "308"])])
      .transform((status) => Number(status) as 301 | 308)
      .prefault(308)
      .describe(
        doc(
          "308 keeps the method and the body. 301 is for clients that do not know 308; they may turn a POST into a GET.",
        ),
      ),
    acme: z
      .enum(["open", "redirect"])
      .default("open")
      .describe(
        doc(
          "open: a GET for /.well-known/acme-challenge/TOKEN stays on plain http, where certificate authorities ask for it. redirect: it does not.",
        ),
      ),
  })
  .meta(doc({ examples: [{ status: 301 }] }));

export const https = z
  .union([z.literal("off"), z.literal("redirect").transform(() => rules.parse({})), rules])
  .describe(
    doc(
      "redirect: a request by plain http is redirected to the same URL by https, before anything else is asked. off: not on this route. What a " +
        "route says takes the place of what the site says. Danger: behind a proxy that ends TLS and is not in `trustedProxies`, every " +
        "request looks like plain http, and the redirects go in a circle.",
    ),
  );

export type HttpsConfig = z.output<typeof rules>;
