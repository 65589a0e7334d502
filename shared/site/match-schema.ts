// What a route may require of a request.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { claims } from "./auth/claims-schema.ts";
import { objectionToPattern } from "./path-pattern-faults.ts";
import { addressRange, country, headerName, hostText, method, oneOrMore, rejectedBy } from "./scalars.ts";

const pathPattern = z
  .string()
  .superRefine(rejectedBy(objectionToPattern))
  .meta({ title: "path pattern" })
  .meta(doc({ examples: ["/users/:id", "/assets/*"] }));

export const textPattern = z
  .union([z.boolean(), z.string(), z.array(z.string()).min(1)])
  .describe(
    doc("A value with `*` for any text, a list of such values, or true / false for present / absent."),
  )
  .meta({ title: "text pattern" })
  .meta(doc({ examples: ["*json*", true] }));

export interface MatchConfig {
  path?: string[] | undefined;
  host?: string[] | undefined;
  scheme?: "http" | "https" | undefined;
  method?: string[] | undefined;
  header?: Record<string, TextPattern> | undefined;
  query?: Record<string, TextPattern> | undefined;
  cookie?: Record<string, TextPattern> | undefined;
  claims?: Record<string, TextPattern> | undefined;
  country?: string[] | undefined;
  ip?: string[] | undefined;
  not?: MatchConfig | undefined;
  any?: MatchConfig[] | undefined;
  all?: MatchConfig[] | undefined;
}
export type TextPattern = boolean | string | string[];

export const match: z.ZodType<MatchConfig> = z
  .strictObject({
    path: oneOrMore(pathPattern)
      .optional()
      .describe(
        doc(
          "The path: `/users/:id` (a non-empty segment), `/users/:id{[0-9]+}` (a segment that the expression " +
            "matches completely), `/users/:id?` (only at the end), `/a/*/b` (any segment), `/assets/*` (everything below, and /assets " +
            "itself), `/*{.+\\.css}` (everything below that the expression matches completely, slashes included). Every spelling of " +
            "a path matches: `/@me` matches /%40me, and `/me` matches /me;v=1.",
        ),
      ),
    host: oneOrMore(hostText)
      .optional()
      .describe(doc("The host, for a site with several; `*` stands for any text.")),
    scheme: z
      .enum(["http", "https"])
      .optional()
      .describe(
        doc("The scheme with which the client reached the edge, or the trusted proxy in front of it."),
      ),
    method: oneOrMore(method).optional().describe(doc("The method; GET includes HEAD.")),
    header: z
      .record(headerName, textPattern)
      .optional()
      .describe(
        doc(
          "Request headers, by name. One match is enough: a line, an element of a list, or the whole value. " +
            "`x_user` counts as `x-user`, as it does for many origins.",
        ),
      ),
    query: z
      .record(z.string(), textPattern)
      .optional()
      .describe(
        doc(
          "Query parameters, by name. One matching value is enough. `;` separates parameters like `&`, and " +
            "`debug[]` counts as `debug`, as it does for many origins.",
        ),
      ),
    cookie: z
      .record(z.string(), textPattern)
      .optional()
      .describe(doc("Cookies, by name. `role[x]` counts as `role`, as it does for PHP.")),
    claims: claims
      .optional()
      .describe(
        doc(
          "What the client has proven of itself, by the `auth` of the site. That is then asked before the route is chosen, and so before " +
            "access rules and limits. A client that has proven nothing goes to the routes that ask for no claim.",
        ),
      ),
    country: oneOrMore(country)
      .optional()
      .describe(
        doc(
          "The client's country, as a two-letter code. Known only on Cloudflare; elsewhere it never matches.",
        ),
      ),
    ip: oneOrMore(addressRange)
      .optional()
      .describe(
        doc(
          "The client's address: that of the peer, or what one of the `trustedProxies` says. " +
            "Danger: anyone who shares that address matches too.",
        ),
      ),
    get not() {
      return match.optional().describe(doc("A match that must not hold."));
    },
    get any() {
      return z.array(match).min(1).optional().describe(doc("Matches of which at least one must hold."));
    },
    get all() {
      return z.array(match).min(1).optional().describe(doc("Matches that must all hold."));
    },
  })
  .meta(
    doc({
      id: "match",
      description: "The conditions for a request. All of those given must hold.",
      examples: [
        { path: "/api/*", method: ["GET", "POST"], header: { accept: "*json*" }, not: { country: "XX" } },
      ],
    }),
  );
