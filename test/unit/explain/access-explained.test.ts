// What `explain` says of access rules: each with what it wants, and which one refuses.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { explain } from "../../../worker/explaining/explain.ts";
import { factsOf } from "../../../worker/explaining/facts.ts";
import { aSite } from "../../support/asked.ts";

function explained(file: Partial<SiteFile>, facts: { ip?: string; lists?: string[]; asn?: number } = {}) {
  const site = aSite({ routes: [{ id: "all", respond: {} }], ...file });
  const imagined = {
    method: "GET",
    url: "http://a.test/",
    headers: [],
    country: undefined,
    now: 0,
    ip: undefined,
  };
  return explain(site, factsOf({ ...imagined, ...facts }));
}

describe("access rules explained", () => {
  const lists = { office: { ranges: ["192.0.2.0/24"] }, drop: { url: "https://lists.test/" } };
  const access: SiteFile["access"] = {
    deny: { list: "drop", userAgent: false, asn: [1, 2, 3, 4, 5, 6] },
    allow: { ip: ["10.0.0.0/8", "::1"], list: "office", header: { "x-key": true, "x-mode": ["a", "b"] } },
  };
  const DENY = "none of list drop, asn 1, 2, 3 or one of 3 more, userAgent absent";
  const ALLOW = "one of ip 10.0.0.0/8 or ::1, list office, header x-key present, header x-mode a or b";

  it("name what they want, in the order in which they are asked, up to the one that refuses", () => {
    const agent = { lists, access: { ...access, deny: { list: "drop", asn: [1, 2, 3, 4, 5, 6] } } };
    expect(explained({ lists, access }).admission).toMatchObject([
      { name: "access.deny", wants: DENY, verdict: "refused", because: "access-denied" },
    ]);
    expect(explained(agent, { ip: "11.0.0.1" }).admission).toMatchObject([
      { name: "access.deny", wants: DENY.replace(", userAgent absent", ""), verdict: "pass", because: null },
      { name: "access.allow", wants: ALLOW, verdict: "refused", because: "access-denied" },
    ]);
  });

  it("say to the operator which rule it was", () => {
    const detail = (file: Partial<SiteFile>, facts = {}) =>
      explained({ lists, ...file }, facts).refusal?.detail;
    expect(detail({ access: { deny: { list: "drop" } } }, { lists: ["drop"] })).toBe(
      "You may not come in here. access.deny names the client: list drop.",
    );
    expect(detail({ access: { deny: { asn: 7, ip: "192.0.2.1" } } }, { asn: 7, ip: "192.0.2.9" })).toBe(
      "You may not come in here. access.deny names the client: asn 7.",
    );
    expect(detail({ access: { allow: { ip: "10.0.0.0/8" } } })).toBe(
      "You may not come in here. access.allow does not name the client: it wants ip 10.0.0.0/8.",
    );
  });

  it("with one key are short, and one that observes says so", () => {
    const one = { access: { deny: { list: "office" }, mode: "observe" as const } };
    expect(explained({ lists, ...one }).admission).toMatchObject([
      { name: "access.deny", wants: "not list office", verdict: "observed", because: "access-denied" },
    ]);
    expect(explained({ access: { allow: { ip: "192.0.2.0/24" } } }).admission).toMatchObject([
      { name: "access.allow", wants: "ip 192.0.2.0/24", verdict: "pass", because: null },
    ]);
  });

  it("guard what is behind them, unless they share it or only observe", () => {
    const guards = (more: object) =>
      aSite({ access: { ...access, ...more }, lists, routes: [{ id: "all", respond: {} }] }).admission
        ?.guards;
    expect([guards({}), guards({ shared: true }), guards({ mode: "observe" })]).toEqual([true, false, false]);
  });
});
