// The CORS fields of an answer. They are put on after the cache, so that one stored response serves every origin, and they replace what the
// origin behind the edge has sent. The CORS protocol of the Fetch standard.
import { CORS_FIELDS } from "../../shared/site/cors-fields.ts";
import { type CorsPolicy, preflightFor } from "../admission/cors.ts";
import type { Asked } from "../message.ts";
import { addVary } from "./add-vary.ts";

export function dressForOrigins(
  headers: Headers,
  policy: CorsPolicy,
  asked: Pick<Asked, "method" | "headers">,
): void {
  for (const name of CORS_FIELDS) headers.delete(name);
  const origin = asked.headers.get("origin");
  const isAllowed = origin !== null && policy.allows(origin);
  // Also on what nobody may read: a cache further out would give it to an origin that may.
  if (!policy.allowsAll) addVary(headers, "Origin");
  if (policy.allowsAll) headers.set("access-control-allow-origin", "*");
  else if (isAllowed) headers.set("access-control-allow-origin", origin);
  else return;
  if (policy.credentials) headers.set("access-control-allow-credentials", "true");
  if (preflightFor(asked) !== undefined) answerPreflight(headers, policy, asked.headers);
  else if (policy.expose !== undefined) headers.set("access-control-expose-headers", policy.expose);
}

/** What is allowed. The browser compares it with what the page wants to do. */
function answerPreflight(headers: Headers, policy: CorsPolicy, asked: Headers): void {
  headers.set("access-control-allow-methods", policy.methods);
  if (policy.headers !== undefined) headers.set("access-control-allow-headers", policy.headers);
  if (policy.maxAge !== undefined) headers.set("access-control-max-age", policy.maxAge);
  if (policy.privateNetwork && asked.get("access-control-request-private-network") === "true")
    headers.set("access-control-allow-private-network", "true");
}
