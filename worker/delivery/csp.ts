// The Content-Security-Policy of a site or a route, compiled to the text of its field.
import type { CspConfig } from "../../shared/site/csp-schema.ts";

/** Stands for the nonce in a compiled policy. It is no valid source, so a browser that ever saw it would allow nothing by it. */
const NEW_NONCE = "'nonce-<new>'";

export const CSP = "content-security-policy";
export const CSP_REPORT_ONLY = "content-security-policy-report-only";

export type Policy = Readonly<Record<string, readonly string[]>>;

export const STRICT_POLICY: Policy = {
  "default-src": ["'self'"],
  "base-uri": ["'self'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
  "object-src": ["'none'"],
};

/** `preset` is the policy that is changed; `report` is an address or absent. */
export function policyText(config: CspConfig, preset: Policy, report: string | undefined): string {
  const given = Object.entries(config.directives);
  const removed = new Set(
    given.flatMap(([name, sources]) => (sources.length === 0 && !STANDS_ALONE.has(name) ? [name] : [])),
  );
  const policy = { ...preset, ...Object.fromEntries(given) };
  const nonced = config.nonce === "off" ? policy : withNonce(policy);
  const directives = Object.entries(nonced).filter(([name]) => !removed.has(name));
  const reporting = report === undefined ? [] : [`report-uri ${report}`, `report-to ${REPORT_GROUP}`];
  return [...directives.map(([name, sources]) => [name, ...sources].join(" ")), ...reporting].join("; ");
}

/** Of the endpoint in Reporting-Endpoints and Report-To. */
export const REPORT_GROUP = "default";

const STANDS_ALONE: ReadonlySet<string> = new Set(["upgrade-insecure-requests", "sandbox"]);

/** A directive that is absent falls back on default-src (CSP3 §6.7.1), so it needs the sources of that besides. */
function withNonce(policy: Policy): Policy {
  const nonced: Record<string, readonly string[]> = { ...policy };
  for (const name of ["script-src", "style-src"]) {
    const sources = policy[name] ?? policy["default-src"] ?? [];
    nonced[name] = [...sources.filter((source) => source !== "'none'"), NEW_NONCE];
  }
  // Where these are given, the directives above do not count for elements.
  for (const name of ["script-src-elem", "style-src-elem"]) {
    const sources = policy[name];
    if (sources) nonced[name] = [...sources.filter((source) => source !== "'none'"), NEW_NONCE];
  }
  return nonced;
}

/** The policy of one response. Without a nonce the page gets none, and nothing inline runs. */
export const fillPolicy = (policy: string, nonce: string | undefined): string =>
  nonce === undefined
    ? policy.replaceAll(` ${NEW_NONCE}`, "")
    : policy.replaceAll(NEW_NONCE, `'nonce-${nonce}'`);
