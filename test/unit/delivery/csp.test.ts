import { CspEvaluator } from "csp_evaluator";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { describe, expect, it } from "vitest";
import { type SiteFile, siteSchema } from "../../../shared/site/schema.ts";
import { fillPolicy } from "../../../worker/delivery/csp.ts";
import { compileDressing } from "../../../worker/delivery/security-headers.ts";

const GRAVE: ReadonlySet<Severity> = new Set([Severity.HIGH, Severity.SYNTAX]);

type Security = SiteFile["security"];

function fieldsOf(site: Security, route?: Security): Record<string, string> {
  const parsed = siteSchema.parse({
    hosts: ["a.test"],
    security: site,
    routes: [{ id: "r", respond: {}, ...(route !== undefined && { security: route }) }],
  });
  const { steps } = compileDressing(parsed.security, parsed.routes[0]?.security);
  return Object.fromEntries(steps.flatMap((step) => (step.do === "remove" ? [] : [[step.name, step.value]])));
}

const policyOf = (site: Security, route?: Security) => fieldsOf(site, route)["content-security-policy"];
const csp = (given: object, more: object = {}) => ({ preset: "strict", csp: given, ...more }) as Security;

describe("the policy of a site", () => {
  const STRICT =
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

  it("is that of strict", () => {
    expect(policyOf("strict")).toBe(STRICT);
    expect(policyOf(csp({}))).toBe(STRICT);
    expect(policyOf({ preset: "basic", csp: {} } as Security)).toBe("");
  });

  it("has its directives in place of the preset's, or none", () => {
    const given = {
      directives: { "img-src": ["'self'", "data:"], "form-action": [], "upgrade-insecure-requests": [] },
    };
    expect(policyOf(csp(given))).toBe(
      "default-src 'self'; base-uri 'self'; frame-ancestors 'none'; object-src 'none'; img-src 'self' data:; upgrade-insecure-requests",
    );
  });

  it("has the nonce besides the sources that counted before", () => {
    const policy = fillPolicy(policyOf(csp({ nonce: "all" })) ?? "", "abc");
    expect(policy).toBe(`${STRICT}; script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc'`);
    const none =
      policyOf(
        csp({
          nonce: "all",
          directives: { "default-src": ["'none'"], "script-src-elem": ["https://a.test"] },
        }),
      ) ?? "";
    expect(fillPolicy(none, "abc")).toContain(
      "script-src-elem https://a.test 'nonce-abc'; script-src 'nonce-abc'; style-src 'nonce-abc'",
    );
  });

  it("has no trace of a nonce where there is none", () => {
    expect(fillPolicy(policyOf(csp({ nonce: "all" })) ?? "", undefined)).toBe(
      `${STRICT}; script-src 'self'; style-src 'self'`,
    );
  });

  it("on trial leaves the origin's own in force", () => {
    const fields = fieldsOf(csp({ reportOnly: true }, { report: "https://reports.test/a" }));
    expect(fields["content-security-policy"]).toBeUndefined();
    expect(fields["content-security-policy-report-only"]).toBe(
      `${STRICT}; report-uri https://reports.test/a; report-to default`,
    );
    expect(fields["reporting-endpoints"]).toBe('default="https://reports.test/a"');
  });

  it("of a route takes the place of the site's", () => {
    const site = csp({ directives: { "img-src": ["*"] } });
    expect(policyOf(site, { csp: { directives: { "img-src": ["'self'"] } } } as Security)).toContain(
      "img-src 'self'",
    );
    expect(policyOf(site, { headers: {} } as Security)).toContain("img-src *");
    expect(policyOf(site, "strict")).toBe(STRICT);
  });

  it("tells browsers where network errors go", () => {
    const fields = fieldsOf({
      preset: "strict",
      report: "https://reports.test/a",
      nel: { maxAge: "1h", failures: "50%" },
    } as Security);
    expect(JSON.parse(fields.nel ?? "")).toEqual({
      report_to: "default",
      max_age: 3_600,
      failure_fraction: 0.5,
      success_fraction: 0,
      include_subdomains: false,
    });
    expect(JSON.parse(fields["report-to"] ?? "")).toEqual({
      group: "default",
      max_age: 3_600,
      endpoints: [{ url: "https://reports.test/a" }],
    });
  });

  // google/csp-evaluator: what it finds of high severity lets an attacker run scripts.
  it.each([
    ["strict", "strict"],
    ["strict with nonces", csp({ nonce: "all" })],
    ["strict with marked nonces", csp({ nonce: "marked" })],
  ] as const)("%s has nothing of high severity by csp_evaluator", (_name, security) => {
    const policy = fillPolicy(policyOf(security as Security) ?? "", "q83vEjRWeJC3g0sTqrvMzQ");
    const findings = new CspEvaluator(new CspParser(policy).csp).evaluate();
    expect(findings.filter(({ severity }) => GRAVE.has(severity))).toEqual([]);
    // The evaluator itself finds such things.
    const bad = new CspEvaluator(new CspParser("script-src 'unsafe-inline' *").csp).evaluate();
    expect(bad.some(({ severity }) => GRAVE.has(severity))).toBe(true);
  });
});
