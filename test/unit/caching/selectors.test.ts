import { describe, expect, it } from "vitest";
import { ABSENT, selectorNamed, selectorsOf, varyNames } from "../../../worker/caching/law/selectors.ts";
import type { AskedOptions } from "../../support/asked.ts";
import { aSelectingRequest, someRules } from "./an-entry.ts";

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
    ["an iPad", { device: true }, agent("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)"), "tablet"],
    ["nothing known is a desktop", { device: true }, {}, "desktop"],
  ];
  for (const [name, key, options, value] of cases) {
    it(name, () => expect(Object.values(selected({ key }, options))).toEqual([value]));
  }
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
  it("finds nothing for what the route has forgotten", () => {
    expect(selectorNamed("cookie:ab", someRules())).toBeUndefined();
  });
});
