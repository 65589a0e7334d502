import { describe, expect, it } from "vitest";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";

function problemsIn(more: object): string[] {
  const file = { hosts: ["shop.test"], routes: [{ id: "all", respond: {} }], ...more };
  const read = readSiteFile(JSON.stringify(file), "shop.json");
  return read.ok ? [] : read.error.map(({ path, message }) => `${path}  ${message}`);
}

const csp = (directives: object) => ({ security: { preset: "strict", csp: { directives } } });

describe("a policy in a site file", () => {
  it.each([
    [{ "script-scr": ["'self'"] }, "is not a directive of CSP; did you mean `script-src`?"],
    [{ "report-uri": ["https://a.test"] }, "name the address in `security.report`"],
    [{ "script-src": ["self"] }, `is taken for a host without quotes of its own; write "'self'"`],
    [{ "script-src": ["sha256-abc"] }, "without quotes"],
    [{ "script-src": ["'nonce-abc'"] }, "would be the same nonce for all"],
    [{ "script-src": ["https://a.test https://b.test"] }, "is not one source"],
    [{ "script-src": ["https://a.test; report-uri /x"] }, "is not one source"],
    [{ "script-src": ["a\r\nx: y"] }, "is not one source"],
  ])("is not %j", (directives, message) => {
    expect(problemsIn(csp(directives)).join()).toContain(message);
  });

  it("may have keywords in quotes, hosts, schemes and hashes", () => {
    const sources = [
      "'self'",
      "'strict-dynamic'",
      "https:",
      "*.example.com",
      "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='",
    ];
    expect(problemsIn(csp({ "script-src": sources, "upgrade-insecure-requests": [] }))).toEqual([]);
  });
});

describe("where reports go", () => {
  it.each([
    "http://a.test/",
    "//a.test/",
    "reports",
    "https://a.test/;x",
    'https://a.test/"',
    "https://a .test/",
  ])("is not %j", (report) => {
    expect(problemsIn({ security: { preset: "strict", report } })).toHaveLength(1);
  });

  it.each(["https://a.test/reports?site=1", "/reports"])("may be %s", (report) => {
    expect(problemsIn({ security: { preset: "strict", report } })).toEqual([]);
  });
});

describe("security.txt", () => {
  it.each([
    [{ contact: [], expires: "2027-01-01" }, "is empty; name an address"],
    [{ contact: ["security@a.test"], expires: "2027-01-01" }, "must be a URL that begins with"],
    [{ contact: ["mailto:a@a.test"], expires: "soon" }, "is not a date"],
    [{ contact: ["mailto:a@a.test"], expires: "2027-13-01" }, "is not a date"],
    [
      { contact: ["mailto:a@a.test"], expires: "2027-01-01", preferredLanguages: ["e n"] },
      "is not a language tag",
    ],
    [{ contact: ["mailto:a@a.test\nExpires: x"], expires: "2027-01-01" }, "must be a URL"],
  ])("is not %j", (securityTxt, message) => {
    expect(problemsIn({ securityTxt }).join()).toContain(message);
  });
});
