// Fields by which clients tell origins another address, path, method or user than the one that we matched and keyed
// by. A poisoned cache and a sidestepped route begin with one of these, so they never pass.
import type { Asked } from "../message.ts";

/** Another client address, host or path; what of it is true is set anew in forwarded.ts. */
const CLAIMS = new Set([
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "cf-connecting-o2o",
  "cf-ipcountry",
  "cf-pseudo-ipv4",
  "cf-ray",
  "cf-visitor",
  "cf-worker",
  "client-ip",
  "fastly-client-ip",
  "forwarded",
  "forwarded-for",
  "front-end-https",
  "true-client-ip",
  "x-azure-clientip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-envoy-external-address",
  "x-envoy-original-path",
  "x-forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-host",
  "x-http-host-override",
  "x-middleware-subrequest", // Next.js took it for "the access check has been made" (CVE-2025-29927)
  "x-original-forwarded-for",
  "x-original-host",
  "x-original-uri",
  "x-original-url",
  "x-override-url",
  "x-proxyuser-ip",
  "x-real-ip",
  "x-remote-addr",
  "x-remote-ip",
  "x-rewrite-url",
  "x-url-scheme",
]);

/** Whom a proxy has let in, on which port, under which prefix: true where a trusted one says so. */
const FROM_TRUSTED_PROXIES = "x-forwarded-";

/** A safe method that an origin takes for another: the answer would be kept for the safe one. */
const METHOD_OVERRIDES = new Set(["x-http-method", "x-http-method-override", "x-method-override"]);
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "QUERY"]);

export function isClaim(field: string, asked: Asked): boolean {
  // To CGI and its heirs (WSGI, Rack, PHP) `X_Forwarded_For` is the same variable as `X-Forwarded-For`.
  const name = field.replaceAll("_", "-");
  if (CLAIMS.has(name)) return true;
  if (METHOD_OVERRIDES.has(name)) return SAFE.has(asked.method);
  if (name.startsWith(FROM_TRUSTED_PROXIES)) return !asked.throughTrustedProxy || name !== field;
  return name !== field && name === "x-request-id";
}
