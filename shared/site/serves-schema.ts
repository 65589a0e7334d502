// Which clients a pool is meant for, where a route names several pools.

import { doc } from "#doc";
import { CONTINENTS } from "../continents.ts";
import * as z from "../zod.ts";
import { country, oneOrMore } from "./scalars.ts";

const region = z
  .string()
  .regex(/^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$/, "is not a region; write country and part, as in US-CA or DE-BY")
  .transform((code) => code.toUpperCase())
  .meta({ title: "region" })
  .meta(doc({ examples: ["US-CA", "DE-BY"] }));

export const serves = z
  .strictObject({
    continents: oneOrMore(z.enum(CONTINENTS))
      .optional()
      .describe(doc("AF, AN, AS, EU, NA, OC or SA. Follows from the country.")),
    countries: oneOrMore(country).optional().describe(doc("Two-letter codes: DE, FR, US.")),
    regions: oneOrMore(region)
      .optional()
      .describe(doc("Parts of countries (ISO 3166-2): US-CA, DE-BY. Only Cloudflare knows them.")),
  })
  .describe(
    doc(
      "The clients that the pool is meant for. A route with several pools under `to` asks the first one that serves the client; one that is " +
        "named for its region before one for its country, and that before one for its continent.",
    ),
  )
  .meta(doc({ examples: [{ continents: ["EU"], countries: ["TR"] }] }));

export type ServesConfig = z.output<typeof serves>;
