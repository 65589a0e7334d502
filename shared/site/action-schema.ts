// What a route can do with a request besides passing it on: rewrite it, redirect the client, or answer.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { editableHeaderName, headerValue, rejectedBy } from "./scalars.ts";

/** A literal percent sign is written %25. Browsers and origins interpret anything else differently. */
export const HALF_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const noHalfEscape = "has a % that is not followed by two hexadecimal digits; write %25 for a percent sign";

/** In every spelling and with `;parameters`: an origin resolves it before it looks up the path. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?=\/|;|%3b|$)/i;

function objectionToPath(path: string): string | undefined {
  if (!path.startsWith("/")) return "must begin with /";
  if (HALF_ESCAPE.test(path)) return noHalfEscape;
  if (/[?#]/.test(path)) return "may not have a query or a fragment; the query is set in `rewrite.query`";
  if (/[\0-\x1f\x7f]/.test(path)) return "has a control character, which no path may contain; remove it";
  const dots = DOT_SEGMENT.exec(path)?.[0].slice(1);
  if (dots !== undefined)
    return `has the dot segment \`${dots}\`, which would leave the path; write the path without it`;
  return undefined;
}

export const path = z.string().superRefine(rejectedBy(objectionToPath));

export const rewrite = z
  .strictObject({
    path: path
      .optional()
      .describe(
        doc(
          "The path that the origin sees. `:name` and `*` stand for what the matched path captured; each pattern of the " +
            "route must capture them.",
        ),
      ),
    stripPrefix: path
      .optional()
      .describe(
        doc(
          "Remove this prefix from the path, in any spelling, whole segments only: `/api` turns /api/users into /users.",
        ),
      ),
    addPrefix: path.optional().describe(doc("Put this prefix in front of the path, after `stripPrefix`.")),
    query: z
      .strictObject({
        only: z
          .array(z.string())
          .optional()
          .describe(doc("Keep only these parameters; `*` stands for any text.")),
        remove: z
          .array(z.string())
          .default([])
          .describe(doc("Remove these parameters; `*` stands for any text.")),
        set: z
          .record(z.string(), z.string())
          .default({})
          .describe(
            doc(
              "Set these parameters, replacing any of that name. Placeholders are filled in as in the values of `headers`, and escaped.",
            ),
          ),
      })
      .optional()
      .describe(
        doc(
          "The query that the origin sees. Applied in this order: only, remove, set. `;` separates parameters like `&`.",
        ),
      )
      .meta(doc({ examples: [{ remove: ["utm_*"], set: { source: "edge" } }] })),
  })
  .describe(doc("The request as the origin should see it. Routing uses what the client sent."))
  .meta(doc({ examples: [{ path: "/v2/*" }] }));

/** In YAML a status is a number, or a string if it is quoted. Both are accepted. */
const redirectStatus = z
  .union([z.literal([301, 302, 303, 307, 308]), z.enum(["301", "302", "303", "307", "308"])])
  .transform((status) => Number(status) as 301 | 302 | 303 | 307 | 308);

/** The part of an absolute URL before its path; "" for a path of this site. */
export const placeOf = (to: string): string => /^https?:\/\/[^/?#]*/.exec(to)?.[0] ?? "";

function objectionToTarget(to: string): string | undefined {
  if (!/^(\/(?!\/)|https?:\/\/)/.test(to)) return "must begin with one / or with https://";
  return HALF_ESCAPE.test(to) ? noHalfEscape : objectionToPlace(placeOf(to));
}

function objectionToPlace(place: string): string | undefined {
  if (place === "") return undefined;
  if (place.includes("@")) return "may not contain a user name or password";
  const [, afterAddress = place] = place.split("]"); // an IPv6 address has colons of its own
  if (/:[A-Za-z_]|\*/.test(afterAddress))
    return "has a placeholder in its host; a captured part may not choose the host, so write the host out";
  if (/[\s\\]/.test(place) || !URL.canParse(place))
    return "is not a URL: its host or port cannot be read; write https://www.example.com/path";
  return undefined;
}

export const redirect = z
  .strictObject({
    to: z
      .string()
      .superRefine(rejectedBy(objectionToTarget))
      .optional()
      .describe(
        doc(
          "A path of this site, or an absolute URL. `:name` and `*` stand for what the matched path captured, in the " +
            "path only.",
        ),
      ),
    scheme: z
      .enum(["http", "https"])
      .optional()
      .describe(
        doc("Redirect to the same host under this scheme, and to the same path unless `to` names one."),
      ),
    status: redirectStatus
      .prefault(302)
      .describe(
        doc(
          "301 and 308 are permanent, and browsers remember them. 307 and 308 keep the method and the body; 303 changes " +
            "the method to GET.",
        ),
      ),
    keepQuery: z.boolean().default(true).describe(doc("Whether the query is kept.")),
  })
  .describe(doc("Answer with a redirect. A captured part can never choose the host."))
  .meta(doc({ examples: [{ to: "/new/*", status: 308 }] }));

export const respond = z
  .strictObject({
    status: z.number().int().min(200).max(599).default(200).describe(doc("The status of the answer.")),
    headers: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe(
        doc(
          "The header fields of the answer, including Content-Type if there is a body. Placeholders are filled in as in the values of `headers`.",
        ),
      ),
    body: z.string().default("").describe(doc("The body of the answer, as text.")),
  })
  .describe(doc("The edge answers by itself; no origin is asked."))
  .meta(
    doc({ examples: [{ status: 503, headers: { "retry-after": "120" }, body: "Back in two minutes.\n" }] }),
  );
