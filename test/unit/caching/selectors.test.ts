import { describe, expect, it } from "vitest";
import {
  ABSENT,
  selectorNamed,
  selectorsOf,
  selectorValues,
  varyNames,
} from "../../../worker/caching/law/selectors.ts";
import type { SelectingRequest } from "../../../worker/rewriting/as-sent.ts";
import type { AskedOptions } from "../../support/asked.ts";
import { DecodedHeaders } from "../../support/decoded-headers.ts";
import { aSelectingRequest, PLACE, someRules } from "./an-entry.ts";

type Config = Parameters<typeof someRules>[0];

/** What selects a response, for this request. */
function selected(
  config: Config,
  options: AskedOptions,
  vary: readonly string[] = [],
): Record<string, string | undefined> {
  const request = aSelectingRequest(options);
  return Object.fromEntries(
    selectorsOf(vary, someRules(config)).map((one) => [one.name, one.valueFor(request)]),
  );
}

const cookie = (value: string): AskedOptions => ({ headers: { cookie: value } });
const agent = (value: string): AskedOptions => ({ headers: { "user-agent": value } });

/** With fields that the runtime could not decode. */
function unreadable(fields: Record<string, string>): SelectingRequest {
  const request = aSelectingRequest();
  return { ...request, asked: { ...request.asked, headers: new DecodedHeaders(fields) } };
}

describe("what a route adds to its key", () => {
  const cases: [name: string, key: NonNullable<Config>["key"], options: AskedOptions, value: string][] = [
    ["a header", { header: ["X-AB"] }, { headers: { "x-ab": "1" } }, "=1"],
    ["an empty header", { header: ["x-ab"] }, { headers: { "x-ab": "" } }, "="],
    ["no header", { header: ["x-ab"] }, {}, ABSENT],
    ["a header that looks like none", { header: ["x-ab"] }, { headers: { "x-ab": "-" } }, "=-"],
    ["a cookie", { cookie: ["ab"] }, cookie("x=1; ab=2; y=3"), "=2"],
    ["no cookie of that name", { cookie: ["ab"] }, cookie("abc=2; Ab=3"), ABSENT],
    ["an empty cookie", { cookie: ["ab"] }, cookie("ab="), "="],
    ["two cookies of one name: an origin may take either", { cookie: ["ab"] }, cookie("ab=1; ab=2"), "=1;2"],
    ["a cookie that is an array to PHP", { cookie: ["ab"] }, cookie("ab[x]=1"), "=1"],
    ["a cookie as written, not decoded", { cookie: ["ab"] }, cookie("ab=%65n"), "=%65n"],
    [
      "a cookie whose value a parser would refuse",
      { cookie: ["ab"] },
      cookie('ab={"a":"b\\\\"}'),
      '={"a":"b\\\\"}',
    ],
    ["a cookie that is there", { cookiePresence: ["session"] }, cookie("session=abc"), "+"],
    [
      "a cookie that is there, whatever its value",
      { cookiePresence: ["session"] },
      cookie('session="\\"'),
      "+",
    ],
    ["a cookie that is not", { cookiePresence: ["session"] }, cookie("sessions=abc"), ABSENT],
    ["a country", { country: true }, { country: "DE" }, "DE"],
    ["no country", { country: true }, {}, ABSENT],
    ["a phone by its hint", { device: true }, { headers: { "sec-ch-ua-mobile": "?1" } }, "mobile"],
    [
      "a desktop by its hint",
      { device: true },
      { headers: { "sec-ch-ua-mobile": "?0", "user-agent": "iPhone" } },
      "desktop",
    ],
    [
      "a phone by its name",
      { device: true },
      agent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"),
      "mobile",
    ],
    [
      "an Android phone",
      { device: true },
      agent("Mozilla/5.0 (Linux; Android 15) Mobile Safari/537.36"),
      "mobile",
    ],
    [
      "an Android tablet",
      { device: true },
      agent("Mozilla/5.0 (Linux; Android 15; SM-X700) Safari/537.36"),
      "tablet",
    ],
    ["an app that calls itself so", { device: true }, agent("AndroidMobile/1.0"), "mobile"],
    ["an iPad", { device: true }, agent("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)"), "tablet"],
    ["nothing known is a desktop", { device: true }, {}, "desktop"],
  ];
  for (const [name, key, options, value] of cases) {
    it(name, () => expect(Object.values(selected({ key }, options))).toEqual([value]));
  }
});

it("the names in an index tell what each value is of: another name would find nothing any more", () => {
  const key = { header: ["x-ab"], cookie: ["ab"], cookiePresence: ["ab"], country: true, device: true };
  const rules = someRules({ key }, { ...PLACE, targetsDiffer: true });
  const names = selectorsOf(["foo"], rules).map(({ name }) => name);
  expect(names).toEqual([
    "header:x-ab",
    "cookie:ab",
    "cookie?:ab",
    "country",
    "target",
    "device",
    "vary:foo",
  ]);
});

it("what the origin is asked for selects a response where one key may lead to several targets", () => {
  const rules = someRules({}, { ...PLACE, targetsDiffer: true });
  expect(rules.selectors.map((one) => one.valueFor(aSelectingRequest()))).toEqual(["/"]);
  expect(someRules().selectors).toEqual([]);
});

it("a value that cannot be read has no text to compare, whether the route names it or Vary", () => {
  const rules = someRules({ key: { header: ["x-ab"], cookie: ["ab"] } });
  const request = unreadable({ "x-ab": "J\uFFFDrg", cookie: "ab=J\uFFFDrg" });
  const values = selectorsOf(["x-ab"], rules).map((one) => one.valueFor(request));
  expect(values).toEqual([undefined, undefined, undefined]);
});

describe("what a response's Vary adds", () => {
  it("the named fields", () => {
    expect(selected({}, { headers: { foo: "1" } }, ["foo", "bar"])).toEqual({
      "vary:foo": "~1",
      "vary:bar": ABSENT,
    });
  });
  const cases: [
    name: string,
    vary: NonNullable<Config>["vary"],
    header: string,
    value: string,
    selects: Record<string, string>,
  ][] = [
    ["lists without needless blanks", {}, "foo", "a ,  b", { "vary:foo": "~a,b" }],
    [
      "Accept-Encoding by meaning",
      {},
      "accept-encoding",
      "gzip;q=0.5, br",
      { "vary:accept-encoding": "~br,gzip" },
    ],
    [
      "Accept-Language by meaning",
      {},
      "accept-language",
      "en;q=0.5, de",
      { "vary:accept-language": "~de>en" },
    ],
    [
      "pass: byte for byte",
      { "accept-encoding": "pass" },
      "accept-encoding",
      "gzip;q=0.5, br",
      { "vary:accept-encoding": "=gzip;q=0.5, br" },
    ],
    ["ignore: not at all", { foo: "ignore" }, "foo", "1", {}],
    [
      "a list: the best of it",
      { "accept-language": ["en", "de"] },
      "accept-language",
      "fr, de;q=0.5",
      { "vary:accept-language": "~de" },
    ],
  ];
  for (const [name, vary, header, value, selects] of cases) {
    it(name, () => expect(selected({ vary }, { headers: { [header]: value } }, [header])).toEqual(selects));
  }
});

describe("varyNames", () => {
  const cases: [field: string | undefined, names: readonly string[] | "*"][] = [
    [undefined, []],
    ["", []],
    ["Foo", ["foo"]],
    ["Foo, BAR,,foo", ["foo", "bar"]],
    ["*", "*"],
    ["foo, *", "*"],
  ];
  for (const [field, names] of cases) {
    it(`${field}`, () =>
      expect(varyNames(new Headers(field === undefined ? {} : { vary: field }))).toEqual(names));
  }
});

describe("selectorNamed", () => {
  it("finds what an index names", () => {
    const rules = someRules({ key: { cookie: ["ab"] } });
    expect(selectorNamed("cookie:ab", rules)?.valueFor(aSelectingRequest(cookie("ab=1")))).toBe("=1");
    expect(selectorNamed("vary:foo", rules)?.name).toBe("vary:foo");
  });
  it("finds the host, under the name that selectorValues gives it", () => {
    expect(selectorNamed("host", someRules())?.valueFor(aSelectingRequest())).toBe("=a.test");
  });
  it("compares by the field's meaning where the route ignores it by now", () => {
    const selector = selectorNamed("vary:foo", someRules({ vary: { foo: "ignore" } }));
    expect(selector?.valueFor(aSelectingRequest({ headers: { foo: "a , b" } }))).toBe("~a,b");
  });
  it("finds no field of a name that none can have: the runtime would throw", () => {
    for (const name of ["vary:", "vary:no name", "vary:Foo", 'vary:"foo"']) {
      expect(selectorNamed(name, someRules())).toBeUndefined();
    }
  });
  it("finds nothing for what the route has forgotten", () => {
    expect(selectorNamed("cookie:ab", someRules())).toBeUndefined();
  });
});

describe("the values that select a response", () => {
  const values = (
    fields: Record<string, string>,
    config: Config = {},
    request: SelectingRequest = aSelectingRequest({ headers: { foo: "1" } }),
  ) => selectorValues(new Headers(fields), request, someRules(config));

  it("are those of its Vary, beside the route's own", () => {
    expect(values({})).toEqual({});
    expect(values({ vary: "foo, bar" })).toEqual({ "vary:foo": "~1", "vary:bar": ABSENT });
    expect(values({ vary: "foo" }, { key: { country: true } })).toEqual({
      country: ABSENT,
      "vary:foo": "~1",
    });
  });
  it("are the route's own alone beside a star, which no request fits", () => {
    expect(values({ vary: "foo, *" }, { key: { country: true } })).toEqual({ country: ABSENT });
  });
  it("cannot be told where Vary names what is no field, or where one cannot be read", () => {
    expect(values({ vary: "foo bar" })).toBeUndefined();
    expect(values({ vary: "bar, foo" }, {}, unreadable({ foo: "J\uFFFDrg" }))).toBeUndefined();
  });

  describe("include the host where the key has none, and the response leads back to it", () => {
    const shared = { key: { host: false } };
    const cases: [what: string, fields: Record<string, string>, config: Config, isThere: boolean][] = [
      ["a redirect to it", { location: "https://a.test/x" }, shared, true],
      ["a redirect to it, without a scheme", { location: "//a.test/x" }, shared, true],
      ["a redirect to it, on a port", { location: "http://a.test:8080/x" }, shared, true],
      ["its own name for itself", { "content-location": "https://a.test/x" }, shared, true],
      ["a redirect to another host", { location: "https://b.test/x" }, shared, false],
      ["a redirect within whichever host", { location: "/a.test" }, shared, false],
      ["a redirect to nowhere", { location: "https://[" }, shared, false],
      ["nothing of the kind", {}, shared, false],
      ["a redirect to it, where the key has the host", { location: "https://a.test/x" }, {}, false],
      ["a cookie for it", { "set-cookie": "x=1; Domain=A.test; Path=/" }, shared, true],
      ["a cookie for it, with the dot of RFC 2109", { "set-cookie": "x=1; Domain=.a.test" }, shared, true],
      ["a cookie for it, with blanks", { "set-cookie": "x=1 ;Domain = a.test ;Path=/" }, shared, true],
      ["a cookie that says so twice", { "set-cookie": "x=1; Domain=b.test; domain=a.test" }, shared, true],
      ["a cookie of that text", { "set-cookie": "domain=a.test" }, shared, false],
      ["a cookie for a longer host", { "set-cookie": "x=1; Domain=a.test.example" }, shared, false],
      ["a cookie with a bare word", { "set-cookie": "x=1; Domain; Secure" }, shared, false],
      ["a cookie for another host", { "set-cookie": "x=1; Domain=b.test" }, shared, false],
      ["a cookie of whichever host", { "set-cookie": "x=1" }, shared, false],
    ];
    for (const [what, fields, config, isThere] of cases) {
      it(`${what}: ${isThere}`, () =>
        expect(values(fields, config)).toEqual(isThere ? { host: "=a.test" } : {}));
    }
    it("one cookie of several is enough", () => {
      const headers = new Headers([
        ["set-cookie", "x=1"],
        ["set-cookie", "y=1; Domain=a.test"],
      ]);
      expect(selectorValues(headers, aSelectingRequest(), someRules(shared))).toEqual({ host: "=a.test" });
    });
  });

  describe("include what a trusted proxy says beyond the address, the host and the scheme", () => {
    const through = (fields: Record<string, string>, throughTrustedProxy = true): SelectingRequest => {
      const { asked, ask, action } = aSelectingRequest({ headers: fields });
      return {
        asked: { ...asked, throughTrustedProxy },
        ask: () => ({ ...ask(), headers: new Headers(fields) }),
        action,
      };
    };
    const usual = {
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-host": "a.test",
      "x-forwarded-proto": "https",
    };
    const more = { ...usual, "x-forwarded-prefix": "/app", "x-forwarded-port": "8443" };
    const forwarded = "=x-forwarded-port: 8443\nx-forwarded-prefix: /app";

    it("the prefix and the port", () => expect(values({}, {}, through(more))).toEqual({ forwarded }));
    it("nothing where it says no more", () => expect(values({}, {}, through(usual))).toEqual({}));
    it("nothing of another peer's", () => expect(values({}, {}, through(more, false))).toEqual({}));
    it("beside what else selects", () =>
      expect(values({ vary: "foo" }, {}, through({ ...more, foo: "1" }))).toEqual({
        "vary:foo": "~1",
        forwarded,
      }));
    it("and nothing is kept where it cannot be read", () => {
      const request = through(more);
      const unread = new DecodedHeaders({ "x-forwarded-prefix": "\uFFFD" }) as Headers;
      expect(
        values({}, {}, { ...request, ask: () => ({ ...request.ask(), headers: unread }) }),
      ).toBeUndefined();
    });
    it("and are found under their name, for who says nothing too", () => {
      const selector = selectorNamed("forwarded", someRules());
      expect([selector?.valueFor(through(more)), selector?.valueFor(through(usual))]).toEqual([
        forwarded,
        ABSENT,
      ]);
    });
  });
});
