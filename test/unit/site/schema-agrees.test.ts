// shared/site.schema.json, for editors and other validators. That it agrees with the check of a file is seen with every value
// that a test gives to `problemsIn` (beyond-the-schema.ts); here are the rules that it cannot have.
import { describe, expect, it } from "vitest";
import { validateSite } from "../../../shared/site/validate.ts";
import { BEYOND, coversIn, schemaAccepts } from "./beyond-the-schema.ts";
import { aSite } from "./fixtures.ts";
import { RICH } from "./rich-site.ts";

describe("the JSON Schema", () => {
  it("accepts a site with every key", () => {
    expect(schemaAccepts(RICH)).toBe(true);
  });

  it.each(BEYOND.map((beyond) => [beyond.rule, beyond] as const))("cannot refuse: %s", (_rule, beyond) => {
    const site = aSite(beyond.example);
    const read = validateSite(site);
    expect(read.ok ? [] : read.error.filter((problem) => coversIn(site, beyond, problem))).not.toEqual([]);
    expect(schemaAccepts(site)).toBe(true);
  });
});

const errors = (page: object) => ({ errors: { pages: { 404: page } } });
const csp = (directives: object) => ({ security: { csp: { directives } } });
const about = (more: object) => ({
  securityTxt: { contact: ["mailto:a@example.com"], expires: "2027-06-30", ...more },
});
const answeredBy = (files: object) => ({ routes: [{ id: "rest", files: { folder: "shop", ...files } }] });
const login = (more: object) => ({
  auth: { oidc: { issuer: "https://id.example.com", clientId: "a", ...more } },
});

describe("a text that no key takes", () => {
  it.each<[string, (text: string) => object, string, readonly string[]]>([
    [
      "a file of a page",
      (file) => errors({ file }),
      "404.html",
      ["../a.html", "a/b.html", ".env", "", "a b", "/a"],
    ],
    [
      "a type of a page",
      (type) => errors({ body: "x", type }),
      "text/html; charset=utf-8",
      ["", " text/html", "a\nb", "é"],
    ],
    ["a page", (body) => errors({ body }), "x".repeat(262_144), ["x".repeat(262_145)]],
    [
      "a media type",
      (type) => ({ compress: { types: [type] } }),
      "application/*+json",
      ["text", "text/html;q=1", "/", "a b/c"],
    ],
    [
      "a base",
      (base) => ({ routes: [{ id: "rest", to: "web", base }] }),
      "/app/v1",
      ["/", "app", "/app/", "/a//b", "/a%20b", "/a?b"],
    ],
    [
      "a source",
      (source) => csp({ "img-src": [source] }),
      "'sha256-abc='",
      [
        "none",
        "self",
        "unsafe-inline",
        "sha384-x",
        "a b",
        "a;b",
        "a,b",
        "",
        "é",
        "'nonce-abc'",
        "'NONCE-abc'",
      ],
    ],
    [
      "a directive",
      (name) => csp({ [name]: ["'self'"] }),
      "img-src",
      ["image-src", "report-uri", "IMG-SRC", ""],
    ],
    [
      "an address of reports",
      (report) => ({ security: { report } }),
      "/csp-reports?a=b",
      ["http://a.test/", "//a.test/", "a.test", "https://a.test/a b", "/a;b", "/a,b", '/a"b', "/a\\b"],
    ],
    [
      "a contact",
      (contact) => about({ contact: [contact] }),
      "https://example.com/report",
      ["http://a.test", "a@b.test", "mailto:", "mailto:é"],
    ],
    [
      "a date",
      (expires) => about({ expires }),
      "2027-06-30T12:00:00Z",
      ["2027", "30.06.2027", "2027-06-30 12:00", ""],
    ],
    [
      "a language",
      (tag) => about({ preferredLanguages: [tag] }),
      "pt-BR",
      ["", "p", "pt_BR", "pt-", "português"],
    ],
    [
      "a folder of files",
      (folder) => answeredBy({ folder }),
      "shop/v1.2",
      ["../x", "/x", "x/", "a//b", ".git", "a b", "", "x".repeat(256)],
    ],
    ["an index", (index) => answeredBy({ index }), "start.html", ["../x", "/index.html", ""]],
    ["an app", (spa) => answeredBy({ spa }), "app.html", ["/app.html", "a/../b"]],
    ["what never changes", (path) => answeredBy({ immutable: [path] }), "/assets/*", ["assets/*", ""]],
    ["a scope", (scope) => login({ scopes: [scope] }), "profile", ["", "a b", 'a"b', "a\\b"]],
    ["a callback", (callback) => login({ callback }), "/login/back", ["/", "back", "/a/", "/a?b"]],
  ])("is refused by the check and by the schema: %s", (_what, site, good, bad) => {
    const accepted = (text: string) => {
      const file = aSite(site(text) as Record<string, unknown>);
      return [validateSite(file).ok, schemaAccepts(file)];
    };
    for (const text of bad) expect(accepted(text), JSON.stringify(text.slice(0, 40))).toEqual([false, false]);
    expect(accepted(good)[1], good.slice(0, 40)).toBe(true);
  });
});

describe("the files of a route", () => {
  // Before: an editor said nothing, and the check refused it.
  it.each([
    [{ spa: true, else: "web" }, false],
    [{ spa: "app.html", else: ["web"] }, false],
    [{ spa: false, else: "web" }, true],
    [{ spa: true }, true],
    [{ else: "web" }, true],
  ])("are an app or go on to a pool: %o", (files, isRight) => {
    const site = aSite(answeredBy(files));
    expect([validateSite(site).ok, schemaAccepts(site)]).toEqual([isRight, isRight]);
  });
});
