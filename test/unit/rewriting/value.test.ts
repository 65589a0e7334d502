// Facts in the values that a site writes: what comes out, and what a client can not make of it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SiteSecrets, STAND_INS } from "../../../shared/secrets/site-secrets.ts";
import {
  compileValue,
  factsIn,
  fillField,
  fillParameter,
  type Known,
} from "../../../worker/rewriting/value.ts";
import { asSiteSees } from "../../../worker/routing/identify.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { readRequest } from "../../../worker/routing/read-request.ts";
import { type AskedOptions, anAsked, aSite } from "../../support/asked.ts";

const URL = "https://a.test:8443/users/J%c3%b6rg%2Cx;y/a&b=c/d?q=1,2;3&r=%22";
const site = aSite({
  routes: [
    {
      id: "r",
      match: { path: ["/users/:id/*", "/opt/:id?"] },
      allowInPath: ["encoded-slash", "backslash", "control"],
      respond: {},
    },
  ],
});

function known(url = URL, options: AskedOptions = {}): Known {
  const asked = asSiteSees(anAsked(url, options), site);
  const matched = matchRoute(site, asked);
  if (!matched.ok) throw new Error("no route");
  return { asked, captures: matched.value.captures, requestId: "0123", secrets: STAND_INS };
}

const CAPTURES = new Set(["id", "*"]);
const field = (value: string, facts = known()) => fillField(compileValue(value, CAPTURES), facts);
const parameter = (value: string, facts = known()) => fillParameter(compileValue(value, CAPTURES), facts);

describe("a value", () => {
  it.each([
    ["plain", "plain"],
    ["${client.ip}", "192.0.2.1"],
    ["${host}", "a.test:8443"],
    ["${scheme} ${method}", "https GET"],
    ["id=${request.id}!", "id=0123!"],
    ["${path}", "/users/J%C3%B6rg%2Cx%3By/a&b=c/d"],
    ["${query}", "q=1%2C2%3B3&r=%22"],
    ["/x?${query}", "/x?q=1%2C2%3B3&r=%22"],
    [":id", "J%C3%B6rg%2Cx%3By"],
    ["/:id/", "/J%C3%B6rg%2Cx%3By/"],
    ["u-:id, ${path.id}", "u-J%C3%B6rg%2Cx%3By, J%C3%B6rg%2Cx%3By"],
    ["${path.*}", "a&b=c/d"],
    ["</find?of=${path.*}>", "</find?of=a%26b%3Dc/d>"],
    ["https://a.test:id/x:id/12:30", "https://a.test:id/x:id/12:30"],
    ["* */* :other :ids", "* */* :other :ids"],
    ["$${host} $${", "${host} ${"],
    ["$:id", "$J%C3%B6rg%2Cx%3By"],
    ["of=${path.*}", "of=a&b=c/d"],
    ["/a?${path.*}", "/a?a%26b%3Dc/d"],
    ["* :x?${path.*}", "* :x?a%26b%3Dc/d"],
    ["${nothing} ${host} ${nor this", "${nothing} a.test:8443 ${nor this"],
  ])("of a field: %s", (value, filled) => {
    expect(field(value)).toBe(filled);
  });

  it.each([
    ["a b&c", "a%20b%26c"],
    [":id", "J%C3%B6rg%2Cx%3By"],
    ["${path.*}", "a%26b%3Dc%2Fd"],
    ["${path}", "%2Fusers%2FJ%C3%B6rg%2Cx%3By%2Fa%26b%3Dc%2Fd"],
    ["${query}", "q%3D1%2C2%3B3%26r%3D%2522"], // a form that decodes it once has the query again
    ["${client.ip} ${host}", "192.0.2.1%20a.test%3A8443"],
    ["x:id/:id", "x%3Aid%2FJ%C3%B6rg%2Cx%3By"],
  ])("of a parameter: %s", (value, filled) => {
    expect(parameter(value)).toBe(filled);
  });

  it("is filled in but once where it is made of constants", () => {
    expect(compileValue("a :b $${c} ${d}", CAPTURES)).toBe("a :b ${c} ${d}");
    expect(compileValue("", CAPTURES)).toBe("");
  });

  it("tells which facts it uses", () => {
    expect(factsIn(compileValue("a ${host} :id ${query}${host}", CAPTURES))).toEqual([
      "host",
      "query",
      "host",
    ]);
    expect(factsIn(compileValue("a", CAPTURES))).toEqual([]);
  });

  it("is none where it asks for what is not known", () => {
    const nobody = known("https://a.test/opt");
    for (const value of ["${client.country}", "from ${client.country}", ":id", "a ${path.id}"]) {
      expect(field(value, nobody), value).toBeUndefined();
      expect(parameter(value, nobody), value).toBeUndefined();
    }
    expect(field("${client.country}", known("https://a.test/opt", { country: "DE" }))).toBe("DE");
    expect(field("[${query}]", nobody)).toBe("[]"); // known to be empty
  });
});

describe("whatever a client writes", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom(
      "\r\nx: y",
      "%0d%0aSet-Cookie:a",
      "a,b",
      ";Domain=x",
      '"',
      "\\",
      "%00",
      "&a=1",
      "#",
      "\ud800",
      "日本",
      "%22",
      "${host}",
      ":id",
    ),
  );
  const ENDS = /[\0-\x20\x7f-\uffff,;"\\]/;

  it("a filled value holds no control character, and ends no element, parameter or quoted text", () => {
    const property = fc.property(hostile, hostile, hostile, hostile, (id, rest, query, host) => {
      const url = `http://a.test/users/${id.replace(/[?#]/g, "")}/${rest.replace(/[?#]/g, "")}?${query.replace("#", "")}`;
      const headers = new Headers({ "x-forwarded-host": encodeURIComponent(host.toWellFormed()) });
      const read = readRequest({ method: "GET", url, headers }, { ip: "192.0.2.1", country: undefined });
      if (!read.ok) return;
      const matched = matchRoute(site, read.value);
      if (!matched.ok) return;
      const facts = {
        asked: read.value,
        captures: matched.value.captures,
        requestId: "0",
        secrets: STAND_INS,
      };
      for (const name of [
        ":id",
        "${path.*}",
        "${path}",
        "${query}",
        "${host}",
        "${client.ip}",
        "${method}",
      ]) {
        const alone = field(name, facts) ?? "";
        expect(alone, name).not.toMatch(ENDS);
        expect(() => new Headers({ x: alone })).not.toThrow();
        expect(parameter(name, facts)).toMatch(/^(?:[A-Za-z0-9._~!'()*-]|%[0-9A-Fa-f]{2})*$/);
        if (name !== "${query}") expect(field(`/x?a=${name}`, facts)).toMatch(/^\/x\?a=[^&=+#]*$/);
      }
    });
    fc.assert(property, { seed: 1, numRuns: 3_000 });
  });

  it("what a site writes comes out as it is, where it holds no placeholder", () => {
    const property = fc.property(fc.string({ maxLength: 30 }), (text) => {
      fc.pre(!text.includes("${") && !/(?<![\w:\]]):(?:id)(?![\w:])/.test(text));
      expect(field(text)).toBe(text);
    });
    fc.assert(property, { seed: 1, numRuns: 2_000 });
  });
});

describe("a secret in a value", () => {
  const secrets: SiteSecrets = (name, use) => (name === "KEY" ? `<${use}, "a:id&${"${host}"}">` : undefined);
  const facts = { ...known(), secrets };

  it("is filled in as it stands, and nothing is filled in within it", () => {
    expect(field("Bearer ${secret:KEY} of ${host}", facts)).toBe(
      'Bearer <field, "a:id&${host}"> of a.test:8443',
    );
    expect(parameter("k&${secret:KEY}", facts)).toBe('k%26<parameter, "a:id&${host}">');
  });

  it("leaves the value out if there is none", () => {
    expect(field("Bearer ${secret:OTHER}", facts)).toBe(undefined);
  });

  it("is a text that stands for it where nobody is to see it", () => {
    expect(field("Bearer ${secret:KEY}")).toBe("Bearer ${secret:KEY}");
    expect(parameter("${secret:KEY}")).toBe("${secret:KEY}");
  });

  it("is no text that a client writes", () => {
    const asked = known("https://a.test/users/${secret:KEY}/x?q=${secret:KEY}");
    for (const value of ["${path}", "${query}", ":id"]) {
      expect(field(value, { ...asked, secrets })).not.toContain("<field");
      expect(parameter(value, { ...asked, secrets })).not.toContain("<parameter");
    }
  });
});
