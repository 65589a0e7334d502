// What a route may ask of a request.
import { z } from "zod";
import { objectionToPattern } from "./path-pattern-faults.ts";
import { country, headerName, method, oneOrMore } from "./scalars.ts";

const pathPattern = z
  .string()
  .superRefine((pattern, context) => {
    const objection = objectionToPattern(pattern);
    if (objection !== undefined) context.addIssue({ code: "custom", message: objection });
  })
  .describe("`/users/:id`, `/users/:id{[0-9]+}`, `/assets/*`. A trailing /* takes the bare path too.");

const textPattern = z
  .union([z.boolean(), z.string(), z.array(z.string()).min(1)])
  .describe("A value with `*` for any text, a list of them, or true / false for present / absent.");

const range = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: "is not an address or a range such as 10.0.0.0/8",
});

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
    path: oneOrMore(pathPattern).optional(),
    host: oneOrMore(z.string().transform((host) => host.toLowerCase()))
      .optional()
      .describe("Where a site has several hosts: which of them; `*` stands for any text."),
    scheme: z.enum(["http", "https"]).optional(),
    method: oneOrMore(method).optional().describe("GET takes HEAD too."),
    header: z.record(headerName, textPattern).optional(),
    query: z.record(z.string(), textPattern).optional(),
    cookie: z.record(z.string(), textPattern).optional(),
    country: oneOrMore(country).optional().describe("Known on Cloudflare only; elsewhere it never matches."),
    ip: oneOrMore(range).optional().describe("The client's address."),
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
  .meta({ id: "match", description: "All conditions named must hold." });
