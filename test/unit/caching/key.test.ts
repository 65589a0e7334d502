import { describe, expect, it } from "vitest";
import {
  cacheKey,
  changeKey,
  generationKey,
  queryKey,
  sliceKey,
  urlKeyOf,
  variantKey,
} from "../../../worker/caching/law/key.ts";
import type { Asked } from "../../../worker/message.ts";
import { anAsked, repeatableRandom } from "../../support/asked.ts";
import { PLACE, someRules } from "./an-entry.ts";

const keyOf = (url: string, config: Parameters<typeof someRules>[0] = {}) =>
  cacheKey(anAsked(url), someRules(config));

describe("one key for what means the same", () => {
  const cases: [url: string, other: string][] = [
    ["https://a.test/x", "https://A.TEST/x"],
    ["https://a.test/x", "https://a.test:443/x"],
    ["https://a.test/x", "https://a.test./x"],
    ["http://a.test/x", "http://a.test:80/x"],
    ["https://a.test/~x", "https://a.test/%7Ex"],
    ["https://a.test/%C3%A4", "https://a.test/%c3%a4"],
    ["https://a.test/x", "https://a.test/y/../x"],
    ["https://a.test/", "https://a.test"],
    ["https://[::1]/x", "https://[0:0:0:0:0:0:0:1]/x"],
  ];
  for (const [url, other] of cases) it(`${url} and ${other}`, () => expect(keyOf(other)).toBe(keyOf(url)));
});

describe("two keys for what may differ", () => {
  const cases: [url: string, other: string][] = [
    ["https://a.test/x", "http://a.test/x"],
    ["https://a.test/x", "https://a.test:8443/x"],
    ["https://a.test/x", "https://b.test/x"],
    ["https://a.test/x", "https://a.test/x?"], // RFC 3986 §6.2.3: an empty query is not none
    ["https://a.test/x?", "https://a.test/x??"],
    ["https://a.test/x", "https://a.test/X"],
    ["https://a.test/x", "https://a.test/x/"],
    ["https://a.test/x?a=1", "https://a.test/x?a=2"],
    ["https://a.test/x?a=1&b=2", "https://a.test/x?b=2&a=1"],
    ["https://a.test/x?a", "https://a.test/x?a="],
    ["https://a.test/x?%61=1", "https://a.test/x?a=1"],
    ["https://a.test/x?a=1", "https://a.test/x%3Fa=1"],
    ["https://a.test/x?a=%23b", "https://a.test/x%23b"],
    ["https://a.test/a.test/x", "https://a.test/x"],
  ];
  for (const [url, other] of cases)
    it(`${url} and ${other}`, () => expect(keyOf(other)).not.toBe(keyOf(url)));
});

describe("which parameters count", () => {
  const cases: [name: string, query: object, from: string, to: string][] = [
    ["only these", { only: ["v"] }, "utm_source=a&v=1&x=2", "v=1"],
    ["only these, by pattern", { only: ["v*"] }, "v1=a&w=b&v2=c", "v1=a&v2=c"],
    ["none", { only: [] }, "a=1&b=2", ""],
    ["all but these", { except: ["utm_*", "fbclid"] }, "utm_source=a&v=1&fbclid=2", "v=1"],
    ["of the named ones all but these", { only: ["a*"], except: ["ab"] }, "aa=1&ab=2&b=3", "aa=1"],
    ["only these, in their order", { only: ["a", "b"] }, "b=2&x=3&a=1", "b=2&a=1"],
    ["in any order", { sorted: true }, "b=2&a=1", "a=1&b=2"],
    ["in any order, three of them", { sorted: true }, "c=3&a=1&b=2", "a=1&b=2&c=3"],
    ["in any order, but those of one name in theirs", { sorted: true }, "b=2&a=2&a=1", "a=2&a=1&b=2"],
    ["by the decoded name, kept as written", { only: ["v"] }, "%76=1&w=2", "%76=1"],
    ["a plus in a name is a blank", { only: ["a b"] }, "a+b=1&a%20b=2", "a+b=1&a%20b=2"],
    [
      "what hides a second parameter behind a semicolon",
      { except: ["utm_*"] },
      "utm_x=1;admin=1&utm_y=2",
      "utm_x=1;admin=1",
    ],
    [
      "what PHP takes for one of these",
      { only: ["v"] },
      "v[]=1&+v=2&v[x]=3&v%00y=4&w=5",
      "v[]=1&+v=2&v[x]=3&v%00y=4",
    ],
    ["a dot that PHP takes for a line", { only: ["a_b"] }, "a.b=1&a%20b=2&a[b=3&ab=4", "a.b=1&a%20b=2&a[b=3"],
    ["a line where the route says a dot", { only: ["a.b"] }, "a_b=1&ab=2", "a_b=1"],
    ["in capitals, as to ASP.NET", { only: ["v"] }, "V=1&W=2", "V=1"],
    [
      "what may be one parameter stays in its order",
      { sorted: true },
      "b=0&v[]=2&V=3&v=1",
      "b=0&v[]=2&V=3&v=1",
    ],
    ["all but these, in this spelling alone", { except: ["v"] }, "v=1&V=2&v[]=3", "V=2&v[]=3"],
    ["empty pairs do not", { sorted: true }, "&&a=1&", "a=1"],
    ["a question mark alone does not, where not all count", { only: ["v"] }, "", ""],
    ["nor where some do not", { except: ["v"] }, "", ""],
  ];
  for (const [name, query, from, to] of cases) {
    it(name, () =>
      expect(keyOf(`https://a.test/x?${from}`, { key: { query } })).toBe(
        `a.test#a.test/x${to && `?${to}`}#@all~0`,
      ),
    );
  }

  it("all of them, as sent, where the route does not say", () => {
    expect(keyOf("https://a.test/x?b=2&&a=1&")).toBe("a.test#a.test/x?b=2&&a=1&#@all~0");
  });
});

describe("the host", () => {
  const shared = { key: { host: false } };
  it("is left out where the route says so", () => {
    expect(keyOf("https://b.test/x", shared)).toBe(keyOf("https://a.test/x", shared));
  });
  it("left out leaves nothing in its place", () => {
    expect(keyOf("https://a.test/x", shared)).toBe("a.test#/x#@all~0");
    expect(keyOf("http://a.test/x", shared)).toBe("a.test#http:///x#@all~0");
  });
  it("left out is no other host's key, nor another site's", () => {
    const keys = [keyOf("https://a.test/x", shared), keyOf("https://a.test/x")];
    const other = cacheKey(anAsked("https://a.test/x"), someRules(shared, { ...PLACE, site: "b.test" }));
    expect(new Set([...keys, other]).size).toBe(3);
  });
  it("left out, http and https still differ", () => {
    expect(keyOf("http://a.test/x", shared)).not.toBe(keyOf("https://a.test/x", shared));
  });
});

describe("variants, flights and questions", () => {
  it("a variant's key tells name from value, and one pair from the next", () => {
    const keys = [
      variantKey("k", { a: "1", b: "2" }),
      variantKey("k", { a: "1&b=2" }),
      variantKey("k", { "a=1&b": "2" }),
      variantKey("k", { a: "1", b: "2&" }),
      variantKey("k", { "": "a=1&b=2" }),
      variantKey("k", { a: "x", b: "2" }),
      variantKey("k", { a: "", xb: "2" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
  it("the order of selectors does not matter", () => {
    expect(variantKey("k", { b: "2", a: "1" })).toBe(variantKey("k", { a: "1", b: "2" }));
  });
  it("what is stored for a URL leads back to the URL's own key, whatever the URL", () => {
    for (const path of ["/", "/a?b=c&d", "/variant:1", "/slices"]) {
      for (const host of ["a.test", "variant:80", "query:8080", "slices"]) {
        for (const route of ["", "#@all~1c4f", "#@query:x~1"]) {
          const url = `*#${host}${path}${route}`;
          const at = variantKey(url, { "vary:accept": "=#variant:#@" });
          const inside = [
            url,
            at,
            generationKey(url),
            queryKey(url, "g1", "d"),
            variantKey(queryKey(url, "g1", "d"), { a: "1" }),
            `${url}#slices`,
            `${at}#slices`,
            sliceKey(at, { index: 2, sliceBytes: 1 }),
            changeKey(url),
          ];
          for (const key of inside) expect(urlKeyOf(key)).toBe(url);
        }
      }
    }
  });
  it("a question's key is no URL's, no variant's, and another in another generation", () => {
    const keys = [
      generationKey("k"),
      queryKey("k", "g1", "d"),
      queryKey("k", "g2", "d"),
      variantKey("k", {}),
      changeKey("k"),
      "k",
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
  it("slices of other places or sizes, and of other files, have other keys", () => {
    const keys = [
      sliceKey("k", { index: 1, sliceBytes: 10 }),
      sliceKey("k", { index: 2, sliceBytes: 10 }),
      sliceKey("k", { index: 1, sliceBytes: 20 }),
      sliceKey("k2", { index: 1, sliceBytes: 10 }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("keys never collide", () => {
  // What keys are made of, and what looks like it.
  const pieces = "a b %2F %23 %3F # ? & = ; / // : @ http: %2523 #variant: #query: . .. %25 + ä * %62".split(
    " ",
  );
  const hosts = "a.test a.test:8080 b.test a.test. A.test [::1] a.test:443 a.test:80".split(" ");
  const configs = [{}, { host: false }, { query: { sorted: true } }, { query: { except: ["b"] } }];

  for (const config of configs) {
    it(`with key: ${JSON.stringify(config)}, for thousands of URLs`, () => {
      const random = repeatableRandom(7);
      const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
      const text = (length: number) => Array.from({ length: random() * length }, () => pick(pieces)).join("");
      const rules = someRules({ key: config });
      const meanings = new Map<string, string>();
      const collisions: string[] = [];
      for (let n = 0; n < 10_000; n++) {
        const url = `${pick(["http", "https"])}://${pick(hosts)}/${text(4)}${pick(["", "?"])}${text(5)}`;
        const asked = read(url);
        if (!asked) continue;
        const { scheme, authority, path, query } = asked;
        const meaning = JSON.stringify([
          scheme,
          config.host === false ? "" : authority,
          path,
          whatCounts(query, config),
        ]);
        const key = cacheKey(asked, rules);
        const selected = text(3);
        for (const [of, means] of [
          [key, meaning],
          [variantKey(key, { x: selected }), `${meaning} ${selected}`],
        ] as const) {
          if ((meanings.get(of) ?? means) !== means) collisions.push(url);
          meanings.set(of, means);
        }
      }
      expect(collisions).toEqual([]);
      expect(meanings.size).toBeGreaterThan(2_000);
    });
  }
});

/** Undefined where the edge refuses the request before it has a key. */
function read(url: string): Asked | undefined {
  try {
    return anAsked(url);
  } catch {
    return undefined;
  }
}

/** What an origin could tell apart by the query, as far as the route lets it count. */
function whatCounts(query: string, config: { query?: { sorted?: boolean; except?: string[] } }): unknown {
  if (!config.query) return query;
  const pairs = query.split("&").filter((pair) => pair !== "");
  const named = pairs.map((pair) => [...new URLSearchParams(pair).keys()][0] ?? "");
  if (config.query.except) return pairs.filter((pair, index) => named[index] !== "b" || pair.includes(";"));
  const byName: Record<string, string[]> = {};
  pairs.forEach((pair, index) => {
    const name = `${named[index]}`;
    byName[name] = [...(byName[name] ?? []), pair];
  });
  return Object.entries(byName).sort();
}
