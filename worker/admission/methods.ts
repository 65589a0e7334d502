// Is the method one that the site or the route allows? RFC 9110 §15.5.6.
import { overridesOf } from "../routing/method-overrides.ts";
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
    // A method that is not allowed would reach the application all the same.
    judge: ({ method, headers }) =>
      allowed.has(method) && overridesOf(headers).every((one) => allowed.has(one)) ? PASS : refused,
  };
}
