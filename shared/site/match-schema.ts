// What a route may require of a request.
import * as z from "zod";
import { objectionToPattern } from "./path-pattern-faults.ts";
import { addressRange, country, headerName, hostText, method, oneOrMore } from "./scalars.ts";

const pathPattern = z
  .string()
  .superRefine((pattern, context) => {
    const objection = objectionToPattern(pattern);
    if (objection !== undefined) context.addIssue({ code: "custom", message: objection });
  })
  .meta({ title: "path pattern", examples: ["/users/:id", "/assets/*"] });

const textPattern = z
  .union([z.boolean(), z.string(), z.array(z.string()).min(1)])
  .describe("A value with `*` for any text, a list of them, or true / false for present / absent.")
  .meta({ title: "text pattern", examples: ["*json*", true] });

export interface MatchConfig {
  path?: string[] | undefined;
  host?: string[] | undefined;
  scheme?: "http" | "https" | undefined;
  method?: string[] | undefined;
  header?: Record<string, TextPattern> | undefined;
  query?: Record<string, TextPattern> | undefined;
  cookie?: Record<string, TextPattern> | undefined;
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
        "The path: `/users/:id` (a segment that is not empty), `/users/:id{[0-9]+}` (a segment that the expression " +
          "takes wholly), `/users/:id?` (at the end only), `/a/*/b` (any segment), `/assets/*` (all below, and /assets " +
          "itself), `/*{.+\\.css}` (all below that the expression takes wholly, slashes included). Every spelling of " +
          "a path is taken: `/@me` takes /%40me, and `/me` takes /me;v=1.",
      ),
    host: oneOrMore(hostText)
      .optional()
      .describe("Where a site has several hosts: which of them; `*` stands for any text."),
    scheme: z
      .enum(["http", "https"])
      .optional()
      .describe("How the client reached the edge, or a trusted proxy before it."),
    method: oneOrMore(method).optional().describe("The method; GET takes HEAD too."),
    header: z
      .record(headerName, textPattern)
      .optional()
      .describe(
        "Request headers, by name; a line of it, an element of its list or the whole that matches is enough. " +
          "`x_user` is `x-user`, as it is to many origins.",
      ),
    query: z
      .record(z.string(), textPattern)
      .optional()
      .describe(
        "Parameters of the query, by name; one value that matches is enough. `;` parts them as well as `&`, and " +
          "`debug[]` is `debug`, as it is to many origins.",
      ),
    cookie: z.record(z.string(), textPattern).optional().describe("Cookies, by name."),
    country: oneOrMore(country)
      .optional()
      .describe(
        "The client's country, in two letters. Known on Cloudflare only; elsewhere it never matches.",
      ),
    ip: oneOrMore(addressRange)
      .optional()
      .describe(
        "The client's address: the peer's, or what a proxy of `trustedProxies` says. " +
          "Danger: whoever shares that address passes too.",
      ),
    get not() {
      return match.optional().describe("Must not hold.");
    },
    get any() {
      return z.array(match).min(1).optional().describe("At least one must hold.");
    },
    get all() {
      return z.array(match).min(1).optional().describe("Each must hold.");
    },
  })
  .meta({
    id: "match",
    description: "What a request has to be like. All conditions that are named must hold.",
    examples: [
      { path: "/api/*", method: ["GET", "POST"], header: { accept: "*json*" }, not: { country: "XX" } },
    ],
  });
