import { describe, expect, it } from "vitest";
import { aSite, keysAtFault, problemsIn, WEB, withRoute } from "./fixtures.ts";

describe("the shape of a site file", () => {
  it("is right in the smallest site", () => {
    expect(problemsIn(aSite())).toEqual([]);
  });

  const wrong: [what: string, value: unknown, problems: string[]][] = [
    ["nothing at all", null, ["  the file is empty; write a set of keys"]],
    ["a list", [], ["  the file is a list, not a set of keys"]],
    ["no keys", {}, ["hosts  is missing; write a list", "routes  is missing; write a list"]],
    ["no host", aSite({ hosts: [] }), ["hosts  is empty; name at least one host"]],
    ["a text for a list", aSite({ hosts: "shop.example.com" }), ["hosts  is a string, not a list"]],
    [
      "a URL for a host",
      aSite({ hosts: ["https://shop.example.com"] }),
      ["hosts[0]  is not a host; write shop.example.com, *.example.com or *, without scheme, port or path"],
    ],
    [
      "a slip in a key",
      aSite({ securty: "strict" }),
      ["securty  is not a known key; did you mean `security`?"],
    ],
    [
      "a key from somewhere else",
      withRoute({ to: "web", redirect: undefined, log: {} }),
      ["routes[0].log  is not a known key"], // a route has too many keys to name them all
    ],
    [
      "a key among some others, which are named",
      withRoute({ to: "web", match: { xyz: {} } }),
      [
        "routes[0].match.xyz  is not a known key; known here: path, host, scheme, method, header, query, cookie, claims, " +
          "country, ip, not, any, all",
      ],
    ],
    [
      "a key among many others",
      withRoute({ to: "web", cache: { xyz: {} } }),
      ["routes[0].cache.xyz  is not a known key"],
    ],
    [
      "several keys that are not known",
      aSite({ hots: 1, rotes: 2 }),
      [
        "hots  is not a known key; did you mean `hosts`?",
        "rotes  is not a known key; did you mean `routes`?",
      ],
    ],
    [
      "a slip below a record and a list",
      aSite({ pools: { web: { origins: [{ id: "a", url: "https://a.example.net", wieght: 2 }] } } }),
      ["pools.web.origins[0].wieght  is not a known key; did you mean `weight`?"],
    ],
    [
      "a slip in a match within a match",
      withRoute({ to: "web", match: { not: { any: [{ pth: "/x" }] } } }),
      ["routes[0].match.not.any[0].pth  is not a known key; did you mean `path`?"],
    ],
    [
      "a pool's name with a space",
      aSite({ pools: { web: WEB, "my pool": WEB } }),
      [`pools["my pool"]  is not an id; use letters, digits, '.', '_' and '-', at most 64`],
    ],
    [
      "a number in quotes",
      aSite({ pools: { web: { origins: [{ id: "a", url: "https://a.example.net", weight: "3" }] } } }),
      ["pools.web.origins[0].weight  is a string, not a number; remove the quotes"],
    ],
    [
      "a number beyond its bounds",
      aSite({ pools: { web: { ...WEB, retry: { attempts: 11 } } } }),
      ["pools.web.retry.attempts  must be at most 10"],
    ],
    [
      "a part of a number",
      aSite({ pools: { web: { ...WEB, retry: { attempts: 1.5 } } } }),
      ["pools.web.retry.attempts  is a number, not a whole number"],
    ],
    [
      "a number for a text",
      withRoute({ respond: { body: 5 } }),
      [`routes[0].respond.body  is a number, not a string; in quotes it is a string: "5"`],
    ],
    [
      "a duration without a unit",
      aSite({ pools: { web: { ...WEB, timeout: { total: 30 } } } }),
      ["pools.web.timeout.total  is not a duration; write a number and a unit: 500ms, 30s, 5m, 1h or 7d"],
    ],
    [
      "a duration that no number can hold",
      aSite({ pools: { web: { ...WEB, timeout: { total: `${"9".repeat(400)}s` } } } }),
      ["pools.web.timeout.total  is not a duration; write a number and a unit: 500ms, 30s, 5m, 1h or 7d"],
    ],
    [
      "a size in another unit",
      aSite({ pools: { web: { ...WEB, retry: { maxBody: "64KB" } } } }),
      ["pools.web.retry.maxBody  is not a size; write a number and a unit: 512B, 64KiB, 10MiB or 1GiB"],
    ],
    [
      "a word that is none of the choices",
      aSite({ pools: { web: { ...WEB, balance: "wieghted" } } }),
      [
        "pools.web.balance  is `wieghted`; write `weighted`, `round-robin`, `least-requests`, `latency`, `hash` or `first`; did you mean `weighted`?",
      ],
    ],
    [
      "a word where a word or keys may stand",
      aSite({ security: "strct" }),
      [
        "security  is `strct`; write `off`, `basic`, `strict` or a set of keys (preset, headers, csp, cookies, report, nel); did you mean `strict`?",
      ],
    ],
    [
      "a fault within the keys where a word or keys may stand",
      aSite({ security: { preset: "max", heders: {} } }),
      [
        "security.preset  is `max`; write `off`, `basic` or `strict`",
        "security.heders  is not a known key; did you mean `headers`?",
      ],
    ],
    [
      "a fault in one of several statuses",
      withRoute({ redirect: { to: "/x", status: 304 } }),
      ["routes[0].redirect.status  is `304`; write `301`, `302`, `303`, `307` or `308`"],
    ],
    [
      "a fault in a list where one or several may stand",
      withRoute({ to: "web", match: { method: ["GET", 5] } }),
      [`routes[0].match.method[1]  is a number, not a string; in quotes it is a string: "5"`],
    ],
    [
      "a number for a text pattern",
      withRoute({ to: "web", match: { query: { v: 1 } } }),
      [
        `routes[0].match.query.v  is \`1\`; write true or false, a string or a list; in quotes it is a string: "1"`,
      ],
    ],
    [
      "a number for an address, or a list of them",
      withRoute({ to: "web", match: { ip: 5 } }),
      [`routes[0].match.ip  is \`5\`; write a string or a list; in quotes it is a string: "5"`],
    ],
    [
      "a broken path pattern, or a list with one",
      withRoute({ to: "web", match: { any: [{ path: "/a*" }, { path: ["/b", "c"] }] } }),
      [
        "routes[0].match.any[0].path  may have a * only as a whole segment: /a/*/b or /a/*; for part of a segment write /*{.+\\.css}",
        "routes[0].match.any[1].path[1]  must begin with /",
      ],
    ],
    [
      "an empty list where one or several may stand",
      withRoute({ to: "web", match: { method: [] } }),
      ["routes[0].match.method  is empty; name at least one, or leave the key out"],
    ],
    [
      "a broken address",
      withRoute({ to: "web", match: { ip: "10.0.0.0/33" } }),
      ["routes[0].match.ip  is not an address or a range such as 10.0.0.0/8"],
    ],
    [
      "a header that frames the message",
      withRoute({ to: "web", headers: { request: { set: { "Content-Length": "5" } } } }),
      [
        "routes[0].headers.request.set.Content-Length  belongs to the edge, which sets it for each connection; remove it",
      ],
    ],
    [
      "names of headers that are broken, each told once",
      withRoute({ to: "web", headers: { request: { set: { "x a": "1", "x b": "2" } } } }),
      ["x a", "x b"].map(
        (name) =>
          `routes[0].headers.request.set["${name}"]  is not a header name; letters, digits and hyphens only`,
      ),
    ],
    [
      "a pattern for the names of headers",
      withRoute({ to: "web", headers: { request: { remove: ["x-*"] } } }),
      [
        "routes[0].headers.request.remove[0]  has a *, which has no special meaning in a header name; write each name out",
      ],
    ],
    [
      "a value that breaks two rules, told by the narrower",
      withRoute({ respond: { status: 1e20 } }),
      ["routes[0].respond.status  must be at most 599"],
    ],
    [
      "a place without a host",
      withRoute({ redirect: { to: "https:///x" } }),
      [
        "routes[0].redirect.to  is not a URL: its host or port cannot be read; write https://www.example.com/path",
      ],
    ],
    [
      "a line break in a header's value",
      withRoute({ respond: { headers: { "x-a": "b\r\nset-cookie: c" } } }),
      ["routes[0].respond.headers.x-a  has a control character, which no header value may contain"],
    ],
    [
      "characters that no header holds",
      withRoute({ respond: { headers: { "x-a": "日本" } } }),
      [
        "routes[0].respond.headers.x-a  has a character outside ASCII, which a header cannot carry; write it percent-encoded (%E6%97%A5), or leave it out",
      ],
    ],
    [
      "two spellings of one header",
      withRoute({ to: "web", headers: { response: { set: { "X-A": "1", "x-a": "2" } } } }),
      [
        "routes[0].headers.response.set.x-a  is `X-A` again: such names are not case-sensitive; keep one of them",
      ],
    ],
    [
      "two spellings of one header in a condition",
      withRoute({ to: "web", match: { any: [{ header: { "x-a": "1", "X-A": "2" } }] } }),
      [
        "routes[0].match.any[0].header.X-A  is `x-a` again: such names are not case-sensitive; keep one of them",
      ],
    ],
    [
      "a security header that frames the message",
      aSite({ security: { headers: { "content-length": "5" } } }),
      ["security.headers.content-length  belongs to the edge, which sets it for each connection; remove it"],
    ],
    [
      "half a character",
      withRoute({ respond: { body: "a\ud800" } }),
      [
        "routes[0].respond.body  contains a lone surrogate (\\ud800 to \\udfff), which cannot be sent; remove it",
      ],
    ],
    [
      "half a character in a key",
      withRoute({ to: "web", match: { query: { "a\ud800": "1" } } }),
      [
        'routes[0].match.query["a\\ud800"]  contains a lone surrogate (\\ud800 to \\udfff), which cannot be sent; remove it',
      ],
    ],
    [
      "a time in which no origin answers",
      aSite({ pools: { web: { ...WEB, timeout: { firstByte: "0s", total: "9ms" } } } }),
      [
        "pools.web.timeout.firstByte  is too small; write at least 10ms",
        "pools.web.timeout.total  is too small; write at least 10ms",
      ],
    ],
    [
      "a time-out that no runtime can keep",
      aSite({
        pools: { web: { ...WEB, timeout: { connect: "1s" } } },
        routes: [{ id: "all", to: "web", timeout: { connect: "2s" } }],
      }),
      [
        "pools.web.timeout.connect  cannot be kept: the runtime does not tell a connection that is being made from an origin that is silent; `firstByte` limits both together",
        "routes[0].timeout.connect  cannot be kept: the runtime does not tell a connection that is being made from an origin that is silent; `firstByte` limits both together",
      ],
    ],
    [
      "a limit that is neither a time nor off",
      withRoute({ to: "web", timeout: { idle: "never", total: "9ms" } }),
      [
        "routes[0].timeout.idle  is not a duration; write a number and a unit: 500ms, 30s, 5m, 1h or 7d",
        "routes[0].timeout.total  is too small; write at least 10ms",
      ],
    ],
    [
      "a time for which no client waits",
      aSite({ pools: { web: { ...WEB, timeout: { firstByte: "30d" } } } }),
      ["pools.web.timeout.firstByte  is too large; write at most 1d"],
    ],
    [
      "a lifetime beyond what caches count",
      withRoute({ to: "web", cache: { browserTtl: "99999d" } }),
      ["routes[0].cache.browserTtl  is too large; write at most 24855d"],
    ],
    [
      "a body that no isolate can keep",
      aSite({ pools: { web: { ...WEB, retry: { maxBody: "1GiB" } } } }),
      ["pools.web.retry.maxBody  is too large; write at most 64MiB"],
    ],
    [
      "a method that never arrives",
      withRoute({ to: "web", match: { method: ["GTE", "BREW"] } }),
      [
        "routes[0].match.method[0]  is not a method that the runtime accepts, so no request can have it; did you mean `GET`?",
        "routes[0].match.method[1]  is not a method that the runtime accepts, so no request can have it",
      ],
    ],
    [
      "a host with a blank in a redirect",
      withRoute({ redirect: { to: "https://exa mple.com/x" } }),
      [
        "routes[0].redirect.to  is not a URL: its host or port cannot be read; write https://www.example.com/path",
      ],
    ],
    [
      "a port that there is not in a redirect",
      withRoute({ redirect: { to: "https://a.test:99999/x" } }),
      [
        "routes[0].redirect.to  is not a URL: its host or port cannot be read; write https://www.example.com/path",
      ],
    ],
    [
      "a backslash in a redirect's host",
      withRoute({ redirect: { to: "https://a.test\\evil/x" } }),
      [
        "routes[0].redirect.to  is not a URL: its host or port cannot be read; write https://www.example.com/path",
      ],
    ],
    [
      "a placeholder in a redirect's host",
      withRoute({ match: { path: "/:shop" }, redirect: { to: "https://:shop.test/" } }),
      [
        "routes[0].redirect.to  has a placeholder in its host; a captured part may not choose the host, so write the host out",
      ],
    ],
    [
      "a password in a redirect",
      withRoute({ redirect: { to: "https://me:secret@a.test/" } }),
      ["routes[0].redirect.to  may not contain a user name or password"],
    ],
    [
      "a status that no retry mends",
      aSite({ pools: { web: { ...WEB, retry: { on: ["404"] } } } }),
      [
        "pools.web.retry.on[0]  is `404`; write `connect`, `timeout`, `52x`, `500`, `502`, `503` or `504`; did you mean `504`?",
      ],
    ],
    [
      "true in quotes",
      aSite({ mergeSlashes: "true" }),
      ["mergeSlashes  is a string, not true or false; remove the quotes"],
    ],
    [
      "what is no number at all",
      aSite({ log: { sample: Number.NaN } }),
      ["log.sample  is `NaN`, not a number"],
    ],
    [
      "an address that has no such number",
      aSite({
        tests: [
          { request: { url: "https://shop.example.com/", ip: "192.0.2.777" }, expect: { status: 404 } },
        ],
      }),
      [
        "tests[0].request.ip  is not an address; write four decimal numbers (192.0.2.1) or an IPv6 address (2001:db8::1)",
      ],
    ],
    [
      "half an escape in a path that is sent",
      withRoute({ to: "web", rewrite: { addPrefix: "/50%off" } }),
      [
        "routes[0].rewrite.addPrefix  has a % that is not followed by two hexadecimal digits; write %25 for a percent sign",
      ],
    ],
    [
      "half an escape in a place that is led to",
      withRoute({ redirect: { to: "/50%off" } }),
      [
        "routes[0].redirect.to  has a % that is not followed by two hexadecimal digits; write %25 for a percent sign",
      ],
    ],
    [
      "a test of what the connection writes",
      aSite({
        tests: [
          { request: { url: "https://shop.example.com/" }, expect: { headers: { "Content-Length": false } } },
        ],
      }),
      [
        "tests[0].expect.headers.Content-Length  is written for each connection, so no test can check it; remove it",
      ],
    ],
    [
      "tests of what the connection writes",
      aSite({
        tests: ["connection", "keep-alive", "transfer-encoding"].map((name) => ({
          request: { url: "https://shop.example.com/" },
          expect: { request: { headers: { [name]: true } } },
        })),
      }),
      ["connection", '["keep-alive"]', '["transfer-encoding"]'].map(
        (_, at) =>
          `tests[${at}].expect.request.headers.${["connection", "keep-alive", "transfer-encoding"][at]}  is written for each connection, so no test can check it; remove it`,
      ),
    ],
    [
      "tests that expect nothing",
      aSite({
        tests: [{}, { headers: {} }, { request: { headers: {} } }].map((expected) => ({
          request: { url: "https://shop.example.com/" },
          expect: expected,
        })),
      }),
      [0, 1, 2].map(
        (at) =>
          `tests[${at}].expect  expects nothing, so it would always pass; name what the edge should decide`,
      ),
    ],
    [
      "several faults at once",
      aSite({ hosts: ["a b"], routes: [null, { id: "x", to: 5 }] }),
      [
        "hosts[0]  is not a host; write shop.example.com, *.example.com or *, without scheme, port or path",
        "routes[0]  is empty; write a set of keys",
        'routes[1].to  is `5`; write a string or a list; in quotes it is a string: "5"',
      ],
    ],
  ];

  it.each(wrong)("is wrong with %s", (_what, value, problems) => {
    expect(problemsIn(value)).toEqual(problems);
  });

  it("points at a key that is not known or that breaks a rule, and at a value that does", () => {
    const twice = { "X-A": "1", "x-a": "2" };
    const half = { "a\ud800": "\ud800" };
    expect(keysAtFault(aSite({ xyz: 1, hosts: [5], pools: { "my pool": {}, web: WEB } }))).toEqual([
      'pools["my pool"]',
      "xyz",
    ]);
    expect(
      keysAtFault(withRoute({ to: "web", headers: { request: { set: twice } }, match: { query: half } })),
    ).toEqual(["routes[0].headers.request.set.x-a", 'routes[0].match.query["a\\ud800"]']);
  });

  const right: [what: string, value: unknown][] = [
    [
      "tests that expect no key, or one origin, or none",
      aSite({
        tests: [{ key: null }, { origins: ["a"] }, { origins: [] }].map((expected) => ({
          request: { url: "https://shop.example.com/" },
          expect: expected,
        })),
      }),
    ],
    ["hosts in capitals", aSite({ hosts: ["Shop.Example.COM", "*.example.com", "*"] })],
    ["one method, or a list", withRoute({ to: "web", match: { method: "get", path: ["/a", "/b/*"] } })],
    [
      "a value, a list and a presence",
      withRoute({ to: "web", match: { header: { a: "x*", b: ["x", "y"], c: false } } }),
    ],
    [
      "a preset with changes",
      aSite({ security: { preset: "strict", headers: { "x-frame-options": "off" } } }),
    ],
    [
      "statuses in quotes",
      aSite({
        pools: { web: { ...WEB, retry: { on: ["503", 504, "connect"] } } },
        routes: [{ id: "one", redirect: { to: "https://[::1]:8443/x", status: "308" } }],
      }),
    ],
    [
      "the smallest and the largest times",
      aSite({ pools: { web: { ...WEB, timeout: { firstByte: "10ms", total: "1d" } } } }),
    ],
    ["a cache that is off", withRoute({ to: "web", cache: "off" })],
    ["an editor's schema", aSite({ $schema: "../shared/site.schema.json" })],
  ];

  it.each(right)("is right with %s", (_what, value) => {
    expect(problemsIn(value)).toEqual([]);
  });
});
