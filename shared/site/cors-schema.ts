// Which pages of other origins may use what a site serves: the CORS protocol of the Fetch standard.
import { doc } from "#doc";
import * as z from "../zod.ts";
import { durationWithin, headerName, method, oneOrMore, rejectedBy } from "./scalars.ts";

const LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?";

/** A scheme and a host; a wildcard stands for any labels before two at least, so that it never covers all names of a registry. */
const ORIGIN = new RegExp(
  `^(?:\\*|null|[A-Za-z][A-Za-z0-9+.-]*://(?:\\*\\.${LABEL}(?:\\.${LABEL})+|${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?)$`,
);

const origin = z
  .string(
    'is not an origin; write "https://app.example.com", or "null" in quotes for pages without an origin',
  )
  .regex(
    ORIGIN,
    "is not an origin; write scheme and host (https://app.example.com), https://*.example.com for its subdomains, null or *",
  )
  .superRefine(rejectedBy(objectionToOrigin))
  .transform(canonicalOrigin)
  .meta(doc({ title: "origin", examples: ["https://app.example.com", "https://*.example.com"] }));

function objectionToOrigin(written: string): string | undefined {
  if (written === "*" || written === "null" || !ORIGIN.test(written)) return undefined;
  return URL.canParse(written.replace("://*.", "://"))
    ? undefined
    : "is not an origin: its host or port cannot be read; write https://app.example.com:8443";
}

/** As browsers write it: in lower case, without the default port. */
function canonicalOrigin(written: string): string {
  if (written === "*" || written === "null") return written;
  const scheme = written.slice(0, written.indexOf(":")).toLowerCase();
  const isWild = written.includes("://*.");
  const { host } = new URL(written.replace("://*.", "://"));
  return `${scheme}://${isWild ? "*." : ""}${host.toLowerCase()}`;
}

const anyOr = <T extends z.ZodType>(type: T) => oneOrMore(z.union([z.literal("*"), type]));

export const cors = z
  .union([
    z.literal("off"),
    z
      .strictObject({
        origins: oneOrMore(origin).describe(
          doc(
            "The origins whose pages may read the answers: `https://app.example.com`, `https://*.example.com` for its subdomains at any depth, " +
              '`"null"` for pages without an origin, or `*` for all. Danger: any page can make itself one without an origin.',
          ),
        ),
        methods: anyOr(method)
          .prefault(["GET", "HEAD", "POST"])
          .describe(doc("The methods that a preflight allows; `*` for all.")),
        headers: anyOr(headerName)
          .default([])
          .describe(
            doc(
              "The request fields that a preflight allows, besides those that need no preflight; `*` for all but Authorization, which has to " +
                "be named.",
            ),
          ),
        expose: anyOr(headerName)
          .default([])
          .describe(
            doc("The fields of an answer that the page may read, besides the usual ones; `*` for all."),
          ),
        credentials: z
          .boolean()
          .default(false)
          .describe(
            doc(
              "Whether the page may read answers to requests with cookies. Not together with `*`. Danger: these origins then act as the user.",
            ),
          ),
        maxAge: durationWithin({ least: "0s", most: "1d" })
          .optional()
          .describe(
            doc(
              "How long a browser may remember the answer to a preflight; by default five seconds. Chrome remembers it for two hours at most.",
            ),
          ),
        privateNetwork: z
          .boolean()
          .default(false)
          .describe(
            doc(
              "Whether pages from public addresses may use this site on a private one (Private Network Access). Danger: it opens what is " +
                "behind a firewall to them.",
            ),
          ),
        webSockets: z
          .enum(["any", "allowed"])
          .default("any")
          .describe(
            doc(
              "any: WebSockets are opened for all pages, because browsers do not apply CORS to them. allowed: for those of the site itself " +
                "and of `origins`; others get 403.",
            ),
          ),
      })
      .meta(
        doc({
          examples: [{ origins: ["https://app.example.com"], headers: ["content-type"], credentials: true }],
        }),
      ),
  ])
  .describe(
    doc(
      "Cross-origin requests (CORS). The edge answers preflights itself, before access rules and authentication, and replaces what an " +
        "origin sends of the Access-Control fields. A policy of a route takes the place of that of the site; off: none.",
    ),
  );

export type CorsConfig = Exclude<z.output<typeof cors>, "off">;
