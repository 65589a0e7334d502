// Is the method one that the site or the route allows? RFC 9110 §15.5.6.
import { fieldValues } from "../routing/spellings.ts";
import { PASS, type Rule } from "./admission.ts";

/** Each of them has to allow it. */
export function allowedMethods(...lists: readonly (readonly string[] | undefined)[]): Rule[] {
  return lists.flatMap((list) => (list ? [methodsAllowed(list)] : []));
}

function methodsAllowed(listed: readonly string[]): Rule {
  // RFC 9110 §9.1 requires every server to support both.
  const allowed = new Set(listed.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])));
  const refused = {
    kind: "refused",
    refusal: { reason: "method-not-allowed" },
    fields: [["allow", [...allowed].join(", ")]],
  } as const;
  return {
    name: "methods",
    wants: [...allowed].join(", "),
    judge: ({ method, headers }) =>
      allowed.has(method) && overridesOf(headers).every((one) => allowed.has(one)) ? PASS : refused,
  };
}

/** Frameworks take the method of a POST from them, so that one that is not allowed would reach the application. */
const OVERRIDES = ["x-http-method", "x-http-method-override", "x-method-override"];

export const overridesOf = (headers: Headers): string[] =>
  OVERRIDES.flatMap((name) => fieldValues(headers, name))
    .flatMap((value) => value.split(","))
    .map((one) => one.trim().toUpperCase());
