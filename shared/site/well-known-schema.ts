// Files about the site that the edge answers itself: robots.txt and security.txt.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { rejectedBy } from "./scalars.ts";

export const robots = z
  .literal("none")
  .describe(
    doc(
      "Keep the site out of search engines, as for a staging site: `/robots.txt` forbids everything, and every answer has `X-Robots-Tag: noindex, nofollow`.",
    ),
  );

const LINK = /^(?:https:\/\/|mailto:|tel:)[!-~]+$/;
const NO_LINK = "must be a URL that begins with https://, mailto: or tel:";
const objectionToLink = (link: string): string | undefined =>
  !LINK.test(link) || URL.canParse(link) ? undefined : NO_LINK;

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2}))?$/;
const NO_DATE = "is not a date; write it as 2027-06-30 or 2027-06-30T12:00:00Z";
const objectionToDate = (text: string): string | undefined =>
  !DATE.test(text) || Number.isFinite(Date.parse(text)) ? undefined : NO_DATE;

const language = z
  .string()
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, "is not a language tag; write it as en or pt-BR");

const link = z.string().regex(LINK, NO_LINK).superRefine(rejectedBy(objectionToLink));

export const securityTxt = z
  .strictObject({
    contact: z
      .array(link)
      .min(1, "is empty; name an address for reports")
      .max(16, "has more than 16 entries")
      .describe(doc("Where reports of vulnerabilities go, the preferred address first.")),
    expires: z
      .string()
      .regex(DATE, NO_DATE)
      .superRefine(rejectedBy(objectionToDate))
      .describe(doc("From when on the file is no longer true. RFC 9116 advises less than a year.")),
    policy: link.optional().describe(doc("The rules for those who report.")),
    encryption: link.optional().describe(doc("The key for encrypted reports.")),
    acknowledgments: link.optional().describe(doc("The page that thanks those who have reported.")),
    hiring: link.optional().describe(doc("Open positions in security.")),
    preferredLanguages: z
      .array(language)
      .max(32, "has more than 32 entries")
      .default([])
      .describe(doc("The languages of reports.")),
  })
  .describe(
    doc(
      "Answer `/.well-known/security.txt` (RFC 9116), so that those who find a vulnerability know whom to tell.",
    ),
  )
  .meta(doc({ examples: [{ contact: ["mailto:security@example.com"], expires: "2027-06-30" }] }));
