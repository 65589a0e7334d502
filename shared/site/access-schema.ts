// Which clients may come in, by what is known of them: address, place, network, and what they say of themselves.

import { doc } from "#doc";
import { CONTINENTS } from "../continents.ts";
import * as z from "../zod.ts";
import { textPattern } from "./match-schema.ts";
import { addressRange, asn, country, headerName, id, oneOrMore } from "./scalars.ts";

/** A longer list belongs under `lists`, where it has a name and is checked as a whole. */
const MAX_RANGES = 1_000;

const clients = z
  .strictObject({
    ip: z
      .union([
        addressRange,
        z
          .array(addressRange)
          .min(1, "is empty; name at least one, or leave the key out")
          .max(MAX_RANGES, `has too many; write at most ${MAX_RANGES} here, and more under \`lists\``),
      ])
      .transform((value) => [value].flat())
      .optional()
      .describe(
        doc(
          "Addresses and ranges. The address is that of the peer, or what one of the `trustedProxies` says.",
        ),
      ),
    list: oneOrMore(id).optional().describe(doc("Address lists, by their names under `lists`.")),
    country: oneOrMore(country)
      .optional()
      .describe(
        doc(
          "Two-letter codes; XX is unknown and T1 is Tor. Known only on Cloudflare; elsewhere nothing matches.",
        ),
      ),
    continent: oneOrMore(z.enum(CONTINENTS))
      .optional()
      .describe(doc("AF, AN, AS, EU, NA, OC or SA. Follows from the country.")),
    asn: oneOrMore(asn)
      .optional()
      .describe(
        doc("Numbers of networks (AS13335 is 13335). Known only on Cloudflare; elsewhere nothing matches."),
      ),
    userAgent: textPattern
      .optional()
      .describe(
        doc(
          "The User-Agent field, without regard to case: `*curl*`, a list, or false for a request without one.",
        ),
      ),
    header: z
      .record(headerName, textPattern)
      .optional()
      .describe(
        doc(
          "Request headers, by name. In `deny` one value that matches is enough, whatever its spelling; in `allow` all " +
            "values have to match. Danger: clients write what they like.",
        ),
      ),
    cookie: z
      .record(z.string(), textPattern)
      .optional()
      .describe(doc("Cookies, by name, compared as headers are. Danger: clients write what they like.")),
  })
  .refine(
    (named) => Object.values(named).some((value) => value !== undefined && !isEmptyObject(value)),
    "names nobody; write `ip`, `list`, `country`, `continent`, `asn`, `userAgent`, `header` or `cookie`",
  )
  .meta(doc({ examples: [{ ip: ["192.0.2.0/24"], header: { "x-probe": "yes" } }] }));

const isEmptyObject = (value: unknown): boolean =>
  typeof value === "object" && !Array.isArray(value) && Object.keys(value ?? {}).length === 0;

export const access = z
  .strictObject({
    allow: clients
      .optional()
      .describe(
        doc(
          "Only who is named here may come in: one of what is named has to hold. Without it, everybody who is not denied.",
        ),
      ),
    deny: clients
      .optional()
      .describe(
        doc("Who is named here gets 403, also if `allow` names them: one of what is named is enough."),
      ),
    mode: z
      .enum(["enforce", "observe"])
      .default("enforce")
      .describe(
        doc(
          "enforce: refuse. observe: refuse nobody, and write into `observed` of the log who would be refused.",
        ),
      ),
    shared: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Leave responses as cacheable for shared caches further out as they are. By default they are `private`, so that no such " +
            "cache gives them to who is refused here. Danger: the caches do not know these rules.",
        ),
      ),
  })
  .refine(
    ({ allow, deny }) => allow !== undefined || deny !== undefined,
    "refuses nobody; write `allow` or `deny`",
  )
  .describe(
    doc(
      "Who may come in, by address, place, network and header: docs/access.md. The rules of the site come before those of the " +
        "route, and both have to let a request in.",
    ),
  )
  .meta(doc({ examples: [{ allow: { ip: ["192.0.2.0/24"] }, deny: { country: "XX", userAgent: false } }] }));

export const routeAccess = z
  .union([z.literal("off"), access])
  .describe(
    doc(
      "Who may come in, after the rules of the site. off: these do not hold for the route. Danger: then everybody may come in.",
    ),
  );

export type AccessConfig = z.output<typeof access>;
export type ClientsConfig = z.output<typeof clients>;
