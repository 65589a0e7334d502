import { describe, expect, it } from "vitest";
import { LOG_FIELDS } from "../../../shared/site/log-fields.ts";
import { aSite, keysAtFault, problemsIn, WEB, withRoute } from "./fixtures.ts";

const origin = (parts: Record<string, unknown>) => ({ id: "a", url: "https://a.example.net", ...parts });
const balancedBy = (parts: Record<string, unknown>) => aSite({ pools: { web: { ...WEB, ...parts } } });
const aTest = (expected: Record<string, unknown>) => ({
  request: { url: "https://shop.example.com/" },
  expect: expected,
});

type Row = [what: string, value: unknown, problems: string[]];

describe("how an origin is chosen", () => {
  const wrong: Row[] = [
    [
      "by a hash of nothing",
      balancedBy({ balance: "hash" }),
      ["pools.web.balance  needs a key; write `hash: { by: uri }`, or ip, header:NAME, …"],
    ],
    [
      "otherwise than by the key that is given",
      balancedBy({ balance: "first", hash: { by: "ip" } }),
      ["pools.web.hash  has no effect with `balance: first`; leave `balance` out"],
    ],
    ...["url", "header:", "header:a b", "cookie", "query:", "IP"].map(
      (by): Row => [
        `by ${by}`,
        balancedBy({ hash: { by } }),
        ["pools.web.hash.by  is not a key to hash by; write ip, uri, header:NAME, cookie:NAME or query:NAME"],
      ],
    ),
    [
      "by a header that is the same for every client",
      balancedBy({ hash: { by: "header:Host" } }),
      ["pools.web.hash.by  is the same for every request to an origin; write header:x-forwarded-host"],
    ],
  ];

  it.each(wrong)("is wrong: %s", (_what, value, problems) => {
    expect(problemsIn(value)).toEqual(problems);
  });

  it.each(["ip", "uri", "header:X-Tenant", "cookie:a", "query:user[id]"])("is right by %s", (by) => {
    expect(problemsIn(balancedBy({ hash: { by } }))).toEqual([]);
    expect(problemsIn(balancedBy({ balance: "hash", hash: { by } }))).toEqual([]);
  });
});

describe("what a route does", () => {
  const wrong: Row[] = [
    ["nothing", withRoute({}), ["routes[0]  does nothing; write `to`, `files`, `redirect` or `respond`"]],
    [
      "two things",
      withRoute({ to: "web", respond: {} }),
      ["routes[0]  has `to` and `respond`; a route does only one thing, so keep one of them"],
    ],
    [
      "three things",
      withRoute({ to: "web", redirect: { to: "/x" }, respond: {} }),
      ["routes[0]  has `to` and `redirect` and `respond`; a route does only one thing, so keep one of them"],
    ],
    [
      "to a pool with a slip in its name",
      withRoute({ to: "wbe" }),
      ["routes[0].to  `wbe` is not a pool of this site; did you mean `web`?"],
    ],
    [
      "to a pool of which nobody knows",
      withRoute({ to: "constructor" }),
      ["routes[0].to  `constructor` is not a pool of this site; there are: web"],
    ],
    [
      "to a pool that is none of several",
      aSite({ pools: { web: WEB, api: WEB }, routes: [{ id: "one", to: "assets" }] }),
      ["routes[0].to  `assets` is not a pool of this site; there are: web, api"],
    ],
    [
      "to several pools, of which there is one and another is named twice",
      aSite({ pools: { web: WEB, api: WEB }, routes: [{ id: "one", to: ["web", "apo", "web"] }] }),
      [
        "routes[0].to[1]  `apo` is not a pool of this site; did you mean `api`?",
        "routes[0].to[2]  `web` is listed twice",
      ],
    ],
    ["to no pool of several", withRoute({ to: [] }), ["routes[0].to  is empty; name a pool"]],
    [
      "a place that is none",
      balancedBy({ serves: { continents: "EUROPE", countries: ["DEU"], regions: ["Bavaria"] } }),
      [
        "pools.web.serves.continents  is `EUROPE`; write `AF`, `AN`, `AS`, `EU`, `NA`, `OC`, `SA` or a list",
        "pools.web.serves.countries[0]  is not a country; write its two-letter code: DE, FR, US",
        "pools.web.serves.regions[0]  is not a region; write country and part, as in US-CA or DE-BY",
      ],
    ],
    [
      "to a pool where there is none",
      aSite({ pools: {}, routes: [{ id: "one", to: "web" }] }),
      ["routes[0].to  `web` is not a pool of this site; there is none"],
    ],
    [
      "a mirror of which nobody knows",
      withRoute({ to: "web", mirror: { to: "wbe" } }),
      ["routes[0].mirror.to  `wbe` is not a pool of this site; did you mean `web`?"],
    ],
    [
      "a mirror that is the pool itself",
      withRoute({ to: "web", mirror: { to: "web", share: "5%" } }),
      ["routes[0].mirror.to  `web` already gets these requests; name another pool"],
    ],
    [
      "a mirror that is one of the pools of the route",
      aSite({
        pools: {
          eu: { origins: [{ id: "a", url: "https://a.test" }] },
          us: { origins: [{ id: "b", url: "https://b.test" }] },
        },
        routes: [{ id: "one", to: ["eu", "us"], mirror: { to: "us", share: "5%" } }],
      }),
      ["routes[0].mirror.to  `us` already gets these requests; name another pool"],
    ],
    [
      "a redirect that leads nowhere",
      withRoute({ redirect: { status: 301 } }),
      ["routes[0].redirect  leads nowhere; write `to` or `scheme`"],
    ],
    [
      "a redirect with two schemes",
      withRoute({ redirect: { to: "http://other.example/", scheme: "https" } }),
      ["routes[0].redirect.scheme  contradicts `to`, which already names a scheme; remove one of them"],
    ],
    [
      "an answer of its own, with what is for origins",
      withRoute({
        respond: {},
        cache: "off",
        rewrite: { path: "/x" },
        headers: { request: { remove: ["cookie"] }, response: { set: { a: "b" } } },
        timeout: { idle: "1m" },
        mirror: { to: "web" },
        retryNonIdempotent: true,
      }),
      ["rewrite", "cache", "headers.request", "timeout", "mirror", "retryNonIdempotent"].map(
        (key) => `routes[0].${key}  has no effect beside \`respond\`: no origin is asked; remove it`,
      ),
    ],
  ];
  it.each(wrong)("is refused: %s", (_what, value, problems) => expect(problemsIn(value)).toEqual(problems));

  it("is pointed at by its keys where they have no effect", () => {
    const route = { respond: {}, cache: "off", headers: { request: { remove: ["cookie"] } } };
    expect(keysAtFault(withRoute(route))).toEqual(["routes[0].cache", "routes[0].headers.request"]);
  });

  const right: [what: string, value: unknown][] = [
    ["to a pool", withRoute({ to: "web", cache: "off", rewrite: { path: "/x" }, retryNonIdempotent: true })],
    ["a redirect to a path", withRoute({ redirect: { to: "/x", scheme: "https" } })],
    ["a redirect to a scheme", withRoute({ redirect: { scheme: "https" } })],
    ["an answer of its own", withRoute({ respond: {}, headers: { response: { set: { a: "b" } } } })],
  ];
  it.each(right)("is allowed: %s", (_what, value) => expect(problemsIn(value)).toEqual([]));
});

describe("names", () => {
  const wrong: Row[] = [
    [
      "a pool that says sorry by itself",
      balancedBy({ sorry: "web" }),
      ["pools.web.sorry  is this pool itself, of which no origin has answered; name another one"],
    ],
    [
      "a pool that says sorry by one that there is not",
      aSite({ pools: { web: { ...WEB, sorry: { pool: "statc" } }, static: WEB } }),
      ["pools.web.sorry.pool  `statc` is not a pool of this site; did you mean `static`?"],
    ],
    [
      "two pools with one sticky cookie",
      aSite({
        pools: {
          web: { ...WEB, sticky: { cookie: "hg" } },
          api: { ...WEB, sticky: { cookie: "hg" } },
          app: { ...WEB, sticky: { cookie: "hg-own" } },
          own: { ...WEB, sticky: {} },
        },
      }),
      [
        "pools.api.sticky.cookie  `hg` is already the cookie of an earlier pool; each pool needs its own",
        "pools.own.sticky  `hg-own` is already the cookie of an earlier pool; each pool needs its own",
      ],
    ],
    ...["a b", "", "a=b", "a;b"].map(
      (cookie): Row => [
        `a cookie called ${JSON.stringify(cookie)}`,
        balancedBy({ sticky: { cookie } }),
        ["pools.web.sticky.cookie  is not a cookie name; letters, digits, '-' and '_' only"],
      ],
    ),
    [
      "a cookie with a prefix that is the edge's",
      balancedBy({ sticky: { cookie: "__Host-hg" } }),
      ["pools.web.sticky.cookie  has a prefix that the edge adds itself where it may; leave the prefix out"],
    ],
    [
      "two routes with one id",
      aSite({
        routes: [
          { id: "x", match: { path: "/x" }, to: "web" },
          { id: "x", to: "web" },
        ],
      }),
      ["routes[1].id  `x` is already the id of an earlier route; each route needs its own"],
    ],
    [
      "two origins of a pool with one id",
      aSite({ pools: { web: { origins: [origin({}), origin({ url: "https://b.example.net" })] } } }),
      [
        "pools.web.origins[1].id  `a` is already the id of an earlier origin of this pool; each origin needs its own",
      ],
    ],
    [
      "a host twice, spelt in two ways",
      aSite({ hosts: ["shop.example.com", "Shop.example.com"] }),
      ["hosts[1]  `shop.example.com` is listed twice"],
    ],
    [
      "a route that a test does not find",
      aSite({ tests: [aTest({ route: "rset" })] }),
      ["tests[0].expect.route  `rset` is not a route of this site; did you mean `rest`?"],
    ],
    [
      "an origin that a test does not find",
      aSite({ tests: [aTest({ origins: ["a", "frankfurt"] })] }),
      ["tests[0].expect.origins[1]  `frankfurt` is not an origin of this site"],
    ],
    [
      "an origin that a test of URLs does not find",
      aSite({ tests: [aTest({ request: { url: { a: "/x", b: "/y" } } })] }),
      ["tests[0].expect.request.url.b  `b` is not an origin of this site"],
    ],
  ];
  it.each(wrong)("are refused: %s", (_what, value, problems) => expect(problemsIn(value)).toEqual(problems));

  const right: [what: string, value: unknown][] = [
    ["origins of two pools with one id", aSite({ pools: { web: WEB, api: WEB } })],
    ["a test that finds both", aSite({ tests: [aTest({ route: "rest", origins: ["a"] })] })],
    [
      "a test of the URL that one origin sees, or each of them",
      aSite({ tests: [aTest({ request: { url: { a: "/x" } } }), aTest({ request: { url: "/x" } })] }),
    ],
  ];
  it.each(right)("are allowed: %s", (_what, value) => expect(problemsIn(value)).toEqual([]));
});

describe("a pool", () => {
  const withOrigins = (...origins: unknown[]) => aSite({ pools: { web: { origins } } });
  const noWeight =
    "pools.web.origins  has no origin that can be chosen: the weight of each is 0; give one a weight";
  const noneActive =
    "pools.web.origins  has no origin in service: the state of each is `drain` or `off`; make one `active`";

  const wrong: Row[] = [
    ["no origin", withOrigins(), ["pools.web.origins  has no origin; name at least one"]],
    ["only weights of 0", withOrigins(origin({ weight: 0 }), origin({ id: "b", weight: 0 })), [noWeight]],
    [
      "only origins that are off",
      withOrigins(origin({ state: "off" }), origin({ id: "b", state: "drain" })),
      [noneActive],
    ],
    [
      "a weight on an origin that is off",
      withOrigins(origin({ state: "off" }), origin({ id: "b", weight: 0 })),
      [noWeight],
    ],
  ];
  it.each(wrong)("is refused with %s", (_what, value, problems) =>
    expect(problemsIn(value)).toEqual(problems),
  );

  it("is allowed with one origin that can be chosen", () => {
    expect(problemsIn(withOrigins(origin({ weight: 0 }), origin({ id: "b", tier: 3 })))).toEqual([]);
  });
});

describe("two slashes in a row", () => {
  const mergedTo = (path: string, mergeSlashes: boolean) =>
    aSite({ mergeSlashes, routes: [{ id: "one", match: { not: { path: ["/x", path] } }, to: "web" }] });

  const MERGED =
    "never matches: // becomes / before a path is compared; write /, or set `mergeSlashes: false`";

  it.each(["/a//b", "//", "//b", "/a//", "/a//*", "//*", "//*/b", "//:id", "/a//:b?"])(
    "are refused in a pattern, since no path has them when it is compared: %s",
    (path) => expect(problemsIn(mergedTo(path, true))).toEqual([`routes[0].match.not.path[1]  ${MERGED}`]),
  );

  it("are found wherever a match has a path", () => {
    const match = { path: "/a//b", any: [{ method: "GET" }, { path: "/c//d" }], all: [{ path: "/e//f" }] };
    expect(problemsIn(withRoute({ match, to: "web" }))).toEqual(
      ["path[0]", "any[1].path[0]", "all[0].path[0]"].map((place) => `routes[0].match.${place}  ${MERGED}`),
    );
  });

  it("are allowed where slashes are left alone", () => {
    expect(problemsIn(mergedTo("/a//b", false))).toEqual([]);
  });

  it("are allowed in an expression, and one slash at the end", () => {
    for (const path of ["/*{[^/]+//.+}", "/a/", "/", "/*", "/a/*", "/:id/:rest?", "/*/b"])
      expect(problemsIn(mergedTo(path, true))).toEqual([]);
  });
});

describe("a path of the edge itself", () => {
  const matching = (path: string) =>
    aSite({ routes: [{ id: "one", match: { path: ["/x", path] }, to: "web" }] });

  it.each(["/.headgate/*", "/.headgate/health", "/.headgate/:what", "/.headgate/"])(
    "%s is refused",
    (path) => {
      expect(problemsIn(matching(path))).toEqual([
        "routes[0].match.path[1]  never matches: paths below /.headgate/ belong to the edge itself; write another path",
      ]);
    },
  );

  it.each([
    "/.headgate",
    "/.headgates/*",
    "/a/.headgate/*",
    "/:any/health",
    "/*/health",
    "/.headgate/:what?",
  ])("%s is not", (path) => {
    expect(problemsIn(matching(path))).toEqual([]);
  });
});

describe("what a rewrite or redirect asks of the path", () => {
  const rewriteTo = (path: string | string[] | undefined, to: string) =>
    withRoute({ ...(path && { match: { path } }), rewrite: { path: to }, to: "web" });
  const redirectTo = (path: string, to: string) => withRoute({ match: { path }, redirect: { to } });

  const wrong: Row[] = [
    [
      "a parameter with a slip",
      rewriteTo("/users/:user", "/u/:usre"),
      ["routes[0].rewrite.path  uses `:usre`, which /users/:user does not capture; did you mean `user`?"],
    ],
    [
      "one that only one of two patterns has",
      rewriteTo(["/a/:id", "/b/*"], "/:id"),
      ["routes[0].rewrite.path  uses `:id`, which /b/* does not capture"],
    ],
    [
      "the rest where there is none",
      redirectTo("/old", "/new/*"),
      ["routes[0].redirect.to  uses `*`, which /old does not capture"],
    ],
    [
      "the rest of a star in the middle",
      redirectTo("/a/*/b", "/new/*"),
      ["routes[0].redirect.to  uses `*`, which /a/*/b does not capture"],
    ],
    [
      "a parameter in the query of an absolute URL",
      redirectTo("/old", "https://other.example:8443/new?id=:id"),
      ["routes[0].redirect.to  uses `:id`, which /old does not capture"],
    ],
  ];
  it.each(wrong)("is refused: %s", (_what, value, problems) => expect(problemsIn(value)).toEqual(problems));

  const right: [what: string, value: unknown][] = [
    ["what both patterns have", rewriteTo(["/a/:id", "/b/:id/*"], "/:id")],
    ["the rest of a route for all paths", rewriteTo(undefined, "/v2/*")],
    ["a parameter that may be left out", rewriteTo("/a/:id?", "/:id")],
    ["a port is no parameter", redirectTo("/old", "https://other.example:8443/new")],
    ["an IPv6 address has none", redirectTo("/old", "https://[2001:db8::a]:8443/new")],
    ["an IPv6 address has none without TLS", redirectTo("/old", "http://[2001:db8::a]/new")],
  ];
  it.each(right)("is allowed: %s", (_what, value) => expect(problemsIn(value)).toEqual([]));
});

describe("a path that a rewrite writes", () => {
  const rewritten = (rewrite: object) => withRoute({ rewrite, to: "web" });
  const AT = "routes[0].rewrite";

  it.each([
    ["path", "/../x", ".."],
    ["path", "/x/%2e%2E/y", "%2e%2E"],
    ["path", "/x/./*", "."],
    ["path", "/x/..;a=1/y", ".."],
    ["path", "/x/%2e.%3B", "%2e."],
    ["addPrefix", "/..", ".."],
    ["stripPrefix", "/a/..", ".."],
  ])("is refused with dots that an origin or `fetch` would resolve: %s %s", (key, path, dots) => {
    expect(problemsIn(rewritten({ [key]: path }))).toEqual([
      `${AT}.${key}  has the dot segment \`${dots}\`, which would leave the path; write the path without it`,
    ]);
  });

  it.each([
    ["path", "v2/*", "must begin with /"],
    ["addPrefix", "https://a.example", "must begin with /"],
    ["path", "/a?b=c", "may not have a query or a fragment; the query is set in `rewrite.query`"],
    ["stripPrefix", "/a#b", "may not have a query or a fragment; the query is set in `rewrite.query`"],
  ])("is refused as %s: %s", (key, path, message) => {
    expect(problemsIn(rewritten({ [key]: path }))).toEqual([`${AT}.${key}  ${message}`]);
  });

  it.each([
    ["path", "/a\nb"],
    ["addPrefix", "/a\0"],
  ])("is refused with a control character: %s", (key, path) => {
    expect(problemsIn(rewritten({ [key]: path }))).toEqual([
      `${AT}.${key}  has a control character, which no path may contain; remove it`,
    ]);
  });

  it.each([
    ["addPrefix", "/:tenant", ":tenant", "%3Atenant"],
    ["addPrefix", "/v2/*", "*", "%2A"],
    ["stripPrefix", "/:tenant/x", ":tenant", "%3Atenant"],
    ["stripPrefix", "/x/:t", ":t", "%3At"],
  ])("is refused with a placeholder where nothing is filled in: %s %s", (key, path, written, spelt) => {
    expect(problemsIn(rewritten({ [key]: path }))).toEqual([
      `${AT}.${key}  has \`${written}\`, but nothing is filled in here; write the whole path in \`rewrite.path\`, or \`${spelt}\` for the literal characters`,
    ]);
  });

  it.each(["/.well-known/*", "/..a/b..", "/x/...", "/files/.*", "/a;v=1/b", "/%2F/%5c"])(
    "is allowed: %s",
    (path) => {
      expect(problemsIn(rewritten({ path }))).toEqual([]);
    },
  );

  it.each(["/items:batch", "/%3Aid", "/a*b", "/:id.json", "/*.css"])(
    "is allowed as a prefix: %s",
    (addPrefix) => {
      expect(problemsIn(rewritten({ addPrefix }))).toEqual([]);
    },
  );
});

describe("the place that a redirect leads to", () => {
  const leadingTo = (to: string) => withRoute({ redirect: { to } });

  it.each([
    ["", "must begin with one / or with https://"],
    ["new", "must begin with one / or with https://"],
    ["new/https://a.test", "must begin with one / or with https://"],
    ["//a.test/x", "must begin with one / or with https://"],
    ["ftp://a.test/x", "must begin with one / or with https://"],
    ["http://me@a.test/", "may not contain a user name or password"],
    [
      "https://a.*/x",
      "has a placeholder in its host; a captured part may not choose the host, so write the host out",
    ],
    [
      "http://[::1]:port/x",
      "has a placeholder in its host; a captured part may not choose the host, so write the host out",
    ],
  ])("may not be %j", (to, message) =>
    expect(problemsIn(leadingTo(to))).toEqual([`routes[0].redirect.to  ${message}`]),
  );

  it.each([
    "/",
    "/login?to=https://me@a.test/",
    "https://a.test",
    "http://a.test:8080",
    "https://a.test?q=me@a.test",
    "https://[2001:db8::a]:8443/x",
  ])("may be %s", (to) => expect(problemsIn(leadingTo(to))).toEqual([]));
});

describe("a Location that is written as a value", () => {
  const PROBLEM =
    "lets the author of the URL choose the host that it leads to; use `redirect`, or put a host or a path before that part";
  const answering = (headers: object, mergeSlashes = true) =>
    aSite({
      mergeSlashes,
      routes: [{ id: "one", match: { path: "/x/:id/*" }, respond: { status: 302, headers } }],
    });

  it.each([
    "${path.*}",
    ":id",
    "${query}",
    "/${query}",
    "/${path}",
    "//${path.id}",
    "https:${path}",
    "https://${path.id}/",
    "https://${host}${path.*}",
    "https://shop.example.com${query}",
    "https://${path}",
    "https:///${path.*}",
    "xhttps://a.example${path}",
    "https://a.example\\x${path}",
    "https://a.example\\${path.*}",
    "${host}://a.example/${path.*}",
    ":x/${path.*}",
    "'${path}",
    // A blank or a tab before the client's part hid it: browsers follow `/\t/evil.example` to another host.
    " ${query}",
    " /${query}",
    "\t/${query}",
    "/\t${query}",
    "\t/\t${path}",
  ])("is refused where the client could choose the host: %s", (location) => {
    expect(problemsIn(answering({ location }))).toEqual([`routes[0].respond.headers.location  ${PROBLEM}`]);
  });

  it.each([
    "${path}",
    "${path}?next=${query}",
    "/${path.*}",
    "/:id/${path.*}",
    "/login?next=${path}",
    "?${query}",
    "https://${host}${path}?${query}",
    "${scheme}://${host}:8443${path}",
    "https://other.example/${path.*}",
    "http://other.example/${path.*}",
    "HTTPS://other.example/${path.*}",
    "HTTPS://other.example${path}",
    " https://other.example${path}",
    " ${path}",
    " /${path.*}",
    " /:id",
    "page/:id",
    "/fixed",
    "https://other.example",
  ])("is allowed where it stays put: %s", (location) => {
    expect(problemsIn(answering({ location }))).toEqual([]);
  });

  it.each(["${path}", "/${path.*}"])("is refused where slashes are not merged: %s", (location) => {
    expect(problemsIn(answering({ location }, false))).toHaveLength(1);
  });

  it("may begin with a parameter where slashes are not merged, since one is never empty", () => {
    expect(problemsIn(answering({ location: "/:id" }, false))).toEqual([]);
  });

  it("is looked at beside a part that is not known", () => {
    expect(problemsIn(answering({ location: "${a:b}/${path.*}" }))).toEqual([
      expect.stringContaining("uses `${a:b}`, which does not exist"),
      `routes[0].respond.headers.location  ${PROBLEM}`,
    ]);
  });

  it.each([
    "${path.*}",
    "0;${path.*}",
    "5; url=${path.*}",
    "5, url=${path.*}",
    "5 ${path.*}",
    " 1.5 ; URL = '${query}'",
    '0;url="${path.*}"',
    "url=${path.*}",
    "5;x:${path.*}",
  ])("is refused as a Refresh in which the client could choose the host: %s", (refresh) => {
    expect(problemsIn(answering({ refresh }))).toEqual([`routes[0].respond.headers.refresh  ${PROBLEM}`]);
  });

  it.each([
    "5",
    "5; url=/x?${query}",
    "0;url=https://other.example/${path.*}",
    " 1.5 , URL = '/x/${path.*}'",
    "5;url=page/${path.*}",
    "5;${path}",
    "5 url=${path}",
    "url=${path}",
    "5; URL =${path}",
    "5;url='${path}'",
  ])("is allowed as a Refresh that stays put: %s", (refresh) =>
    expect(problemsIn(answering({ refresh }))).toEqual([]),
  );

  it("is looked at in edits of an answer, of the site too, and in Refresh", () => {
    const site = aSite({
      headers: { response: { add: { refresh: "0; url=${query}" } } },
      routes: [
        {
          id: "one",
          to: "web",
          headers: { response: { set: { location: "/${query}", refresh: "5;URL='/x?${query}'" } } },
        },
      ],
    });
    expect(problemsIn(site)).toEqual([
      `headers.response.add.refresh  ${PROBLEM}`,
      `routes[0].headers.response.set.location  ${PROBLEM}`,
    ]);
  });
});

describe("a host that a route asks for", () => {
  const asking = (host: string) => withRoute({ match: { any: [{ host }] }, to: "web" });
  const AT = "routes[0].match.any[0].host";

  it.each([
    "https://shop.example.com",
    "shop.example.com:8443",
    "shop.example.com.",
    "shop.example.com/x",
    "",
    "[::1]:80",
    "shop[::1]",
    // These passed once: a bracket without the other, and no star in its place.
    "[",
    "[::1",
    "[::*1",
    "::1]",
    "]",
  ])("is refused where no host is ever compared so: %s", (host) => {
    expect(problemsIn(asking(host))).toEqual([
      `${AT}  never matches: hosts are compared without scheme, port, path and trailing dot; write shop.example.com`,
    ]);
  });

  it.each(["[1.2.3.4]", "[::1::2]", "[::g]", "[]", "[fe80::1%eth0]"])(
    "is refused in brackets where it is no IPv6 address: %s",
    (host) => {
      expect(problemsIn(asking(host))).toEqual([
        `${AT}  never matches: only an IPv6 address is in brackets; write [2001:db8::1]`,
      ]);
    },
  );

  it("is refused beyond ASCII, with the spelling that is compared", () => {
    expect(problemsIn(asking("münchen.example"))).toEqual([
      `${AT}  never matches: hosts are compared in ASCII; write xn--mnchen-3ya.example`,
    ]);
  });

  it.each([
    "Shop.Example.com",
    "*.example.com",
    "shop.*",
    "*",
    "*shop*",
    "127.0.0.1",
    "[::1]",
    "[2001:db8:*",
    "[2001:DB8:0:0:*:1]",
    "[*",
    "*]",
    "*:1]",
    "*:db8:*]",
    "[*:1]",
  ])("is allowed: %s", (host) => {
    expect(problemsIn(asking(host))).toEqual([]);
  });
});

describe("what a value asks for", () => {
  const AT = "routes[0].headers.request.set.x-a";
  const requestHeader = (value: string, path: string | string[] = "/users/:user/*") =>
    withRoute({ match: { path }, to: "web", headers: { request: { set: { "x-a": value } } } });
  const FACTS = "client.ip, client.country, host, scheme, method, path, query, request.id";

  const wrong: Row[] = [
    [
      "a fact with a slip",
      requestHeader("${client.pi}"),
      [`${AT}  uses \`\${client.pi}\`, which does not exist; did you mean \`client.ip\`?`],
    ],
    [
      "a fact that nobody has",
      requestHeader("a ${weather} b", "/a"),
      [
        `${AT}  uses \`\${weather}\`, which does not exist; there are: ${FACTS}; for a literal \`\${\` write \`$$\{\``,
      ],
    ],
    [
      "what JavaScript has in any object",
      requestHeader("${constructor}${__proto__}"),
      ["constructor", "__proto__"].map(
        (name) =>
          `${AT}  uses \`\${${name}}\`, which does not exist; there are: ${FACTS}, path.user, path.*; for a literal \`\${\` write \`$$\{\``,
      ),
    ],
    [
      "a capture by its bare name",
      requestHeader("${user}"),
      [`${AT}  uses \`\${user}\`, which does not exist; did you mean \`path.user\`?`],
    ],
    [
      "a capture that is none",
      requestHeader("${path.id}"),
      [`${AT}  uses \`\${path.id}\`, which /users/:user/* does not capture`],
    ],
    [
      "a capture with a slip",
      requestHeader(":usre"),
      [`${AT}  uses \`:usre\`, which /users/:user/* does not capture; did you mean \`user\`?`],
    ],
    [
      "a capture with a slip, within a text",
      requestHeader("u-:usre!"),
      [`${AT}  uses \`:usre\`, which /users/:user/* does not capture; did you mean \`user\`?`],
    ],
    [
      "nothing but an unknown word",
      requestHeader(":x", "/a"),
      [`${AT}  uses \`:x\`, which /a does not capture`],
    ],
    [
      "a capture of one of two patterns",
      requestHeader("to :id", ["/a/:id", "/b/*"]),
      [`${AT}  uses \`:id\`, which /b/* does not capture`],
    ],
    [
      "nothing at all",
      requestHeader("a${}", "/a"),
      [
        `${AT}  uses \`\${}\`, which does not exist; there are: ${FACTS}; for a literal \`\${\` write \`$$\{\``,
      ],
    ],
    [
      "a capture without a name",
      requestHeader("${path.}", "/a"),
      [`${AT}  uses \`\${path.}\`, which does not exist; did you mean \`path\`?`],
    ],
    [
      "the same twice, told once",
      requestHeader("${client.pi} and ${client.pi}"),
      [`${AT}  uses \`\${client.pi}\`, which does not exist; did you mean \`client.ip\`?`],
    ],
    [
      "a secret with a name that none can have",
      requestHeader("Bearer ${secret:token}"),
      [`${AT}  uses \`\${secret:token}\`; the name of a secret has capitals, digits and underscores`],
    ],
    [
      "a secret where none is filled in",
      aSite({
        routes: [
          {
            id: "a",
            match: { header: { "x-key": "${secret:KEY}" } },
            respond: { body: "${secret:KEY} $${secret:KEY}" },
          },
        ],
        security: { headers: { "x-a": "${secret:KEY}" } },
        tests: [{ request: { url: "https://a.test/?k=${secret:KEY}" }, expect: { status: 404 } }],
      }),
      [
        "security.headers.x-a  has a `${`; nothing is filled in here, only in `headers.response`",
        "routes[0].match.header.x-key  has `${secret:KEY}`, but no secret is filled in here",
        "routes[0].respond.body  has `${secret:KEY}`, but no secret is filled in here",
      ],
    ],
    [
      "no closing brace",
      requestHeader("a ${client.ip b"),
      [`${AT}  has a \`\${\` without its \`}\`; for a literal \`\${\` write \`$$\{\``],
    ],
    [
      "no closing brace at the end",
      requestHeader("a ${client.ip"),
      [`${AT}  has a \`\${\` without its \`}\`; for a literal \`\${\` write \`$$\{\``],
    ],
    [
      "a fact in a security header, where nothing is filled in",
      aSite({
        security: { headers: { "x-a": { value: "a ${host}", merge: "set-if-absent" }, "x-b": "$a" } },
      }),
      ["security.headers.x-a  has a `${`; nothing is filled in here, only in `headers.response`"],
    ],
    [
      "a capture in a value of the site",
      aSite({ headers: { response: { add: { "x-a": "${path.id}" } } } }),
      [
        "headers.response.add.x-a  uses `${path.id}`, a part of the path, which only the values of a route can use",
      ],
    ],
    [
      "an unknown fact in an answer, in a query, in a response",
      aSite({
        routes: [
          { id: "a", match: { path: "/a" }, respond: { headers: { "x-a": "${ip}" } } },
          {
            id: "b",
            rewrite: { query: { set: { q: "${q}" } } },
            headers: { response: { add: { b: "${b}" } } },
            to: "web",
          },
        ],
      }),
      [
        "routes[0].respond.headers.x-a",
        "routes[1].rewrite.query.set.q",
        "routes[1].headers.response.add.b",
      ].map(
        (place, index) =>
          `${place}  uses \`\${${["ip", "q", "b"][index]}}\`, which does not exist; there are: ${FACTS}${index === 0 ? "" : ", path.*"}; for a literal \`\${\` write \`$$\{\``,
      ),
    ],
    [
      "a fact where nothing is filled in",
      withRoute({
        rewrite: { path: "/${host}", addPrefix: "/${path.x}" },
        security: { headers: { "x-a": "${client.ip}" } },
        to: "web",
      }),
      [
        "routes[0].rewrite.addPrefix  has a `${`; in a path, only `:name` and `*` stand for what was captured",
        "routes[0].rewrite.path  has a `${`; in a path, only `:name` and `*` stand for what was captured",
        "routes[0].security.headers.x-a  has a `${`; nothing is filled in here, only in `headers.response`",
      ],
    ],
  ];
  it.each(wrong)("is refused: %s", (_what, value, problems) =>
    expect(problemsIn(value).sort()).toEqual([...problems].sort()),
  );

  it.each([
    "${client.ip} ${client.country} ${host} ${scheme} ${method} ${path}?${query} ${request.id}",
    ":user, ${path.user}, ${path.*}",
    "12:30",
    "https://a.example:8080/x",
    "max-age=1; x:y",
    "sha-256=:YWJjZGVm:",
    "*/*; q=0.1",
    "default-src https: data:",
    "see :other",
    "$${literal}",
    "$user {user}",
  ])("is allowed: %s", (value) => expect(problemsIn(requestHeader(value))).toEqual([]));
});

describe("faults of shape and between parts", () => {
  it("are told in one go, each once", () => {
    const site = aSite({
      hosts: ["a b"],
      securty: "strict",
      pools: { web: { ...WEB, retry: { attempts: 0 } } },
      routes: [
        { id: "one", match: { pth: "/x" }, to: "wbe", rewrite: { path: "/:id" } },
        { id: "one", match: { path: "/y" }, to: "web" },
        { id: "two", to: "wbe" },
      ],
      tests: [aTest({ route: "one", origins: ["a", "b2"] }), { request: {} }, aTest({ route: "tow" })],
    });
    expect(problemsIn(site)).toEqual([
      "hosts[0]  is not a host; write shop.example.com, *.example.com or *, without scheme, port or path",
      "pools.web.retry.attempts  must be at least 1",
      "routes[0].match.pth  is not a known key; did you mean `path`?",
      "tests[1].request.url  is missing; write a string",
      "tests[1].expect  is missing; write a set of keys",
      "securty  is not a known key; did you mean `security`?",
      "routes[1].id  `one` is already the id of an earlier route; each route needs its own",
      "routes[2].to  `wbe` is not a pool of this site; did you mean `web`?",
      "tests[0].expect.origins[1]  `b2` is not an origin of this site",
      "tests[2].expect.route  `tow` is not a route of this site; did you mean `two`?",
    ]);
  });

  /** A fault between parts, which the broken parts beside it must not hide. */
  const TWICE = { id: "twice", to: "web" };
  const TOLD = (index: number) =>
    `routes[${index}].id  \`twice\` is already the id of an earlier route; each route needs its own`;
  const BROKEN: Row[] = [
    ["a key of the file", { "a/b": 1 }, ['["a/b"]']],
    ["a key of a group", { security: { heders: {} } }, ["security.heders"]],
    ["a key of a pool", { pools: { web: { ...WEB, retri: {} } } }, ["pools.web.retri"]],
    ["a host", { hosts: ["a b"] }, ["hosts[0]"]],
    ["no hosts", { hosts: undefined }, ["hosts"]],
    ["a pool that is a number", { pools: { api: 5, web: WEB } }, ["pools.api"]],
    ["a pool that is empty", { pools: { api: null, web: WEB } }, ["pools.api"]],
    ["a pool without origins", { pools: { api: {}, web: WEB } }, ["pools.api.origins"]],
    ["an origin that is empty", { pools: { api: { origins: [null] }, web: WEB } }, ["pools.api.origins[0]"]],
    [
      "an origin with a broken id",
      { pools: { api: { origins: [origin({ id: "a b" })] }, web: WEB } },
      ["pools.api.origins[0].id"],
    ],
    ["a test", { tests: [{}] }, ["tests[0].request", "tests[0].expect"]],
  ];
  it.each(BROKEN)("are told together, though a part is broken: %s", (_what, parts, paths) => {
    const problems = problemsIn(aSite({ routes: [TWICE, TWICE], ...(parts as object) }));
    expect(problems.map((problem) => problem.replace(/ {2}.*/, ""))).toEqual([...paths, "routes[1].id"]);
    expect(problems.at(-1)).toBe(TOLD(1));
  });

  it.each([
    ["is empty", null],
    ["is a list", []],
    ["has no id", { respnd: {} }],
    ["has a broken id", { id: "a b", to: "web" }],
    ["goes to a broken pool", { id: "one", to: "api", cach: "off" }],
  ])("are told together, though a route %s", (_how, route) => {
    const problems = problemsIn(aSite({ routes: [TWICE, route, route, TWICE] }));
    expect(problems.at(-1)).toBe(TOLD(3));
    expect(problems.filter((problem) => !/^routes\[[12]\]/.test(problem))).toEqual([TOLD(3)]);
  });

  it("are told of whole parts, whatever is broken beside them", () => {
    const idle = { origins: [origin({ weight: 0 })] };
    const hosts = ["a.test", "a.test"];
    const problems = problemsIn(aSite({ hosts, pools: { web: idle }, routes: [{ id: "one", too: "web" }] }));
    expect(problems).toEqual([
      "routes[0].too  is not a known key; did you mean `to`?",
      "hosts[1]  `a.test` is listed twice",
      "pools.web.origins  has no origin that can be chosen: the weight of each is 0; give one a weight",
    ]);
  });

  it("are told of whole parts only", () => {
    expect(problemsIn(aSite({ routes: [TWICE, { id: "twice", too: "web" }] }))).toEqual([
      "routes[1].too  is not a known key; did you mean `to`?",
    ]);
  });

  it("are not sought where parts refer to one that nobody can tell", () => {
    const idle = { origins: [origin({ weight: 0 })] };
    expect(problemsIn(aSite({ hosts: ["a b"], pools: [] }))).toEqual([
      "hosts[0]  is not a host; write shop.example.com, *.example.com or *, without scheme, port or path",
      "pools  is a list, not a set of keys",
    ]);
    expect(problemsIn(aSite({ pools: { "my web": WEB, idle } }))).toEqual([
      `pools["my web"]  is not an id; use letters, digits, '.', '_' and '-', at most 64`,
    ]);
  });

  it("do not blame a part for the absence of one that is broken", () => {
    expect(problemsIn(aSite({ pools: [] }))).toEqual(["pools  is a list, not a set of keys"]);
    expect(problemsIn(aSite({ pools: { web: 5 } }))).toEqual(["pools.web  is a number, not a set of keys"]);
    expect(problemsIn(withRoute({ too: "web" }))).toEqual([
      "routes[0].too  is not a known key; did you mean `to`?",
    ]);
  });
});

describe("requests to purge", () => {
  const withPurges = (purgeRequests: object) => aSite({ purgeRequests });
  const hash = "a".repeat(64);
  const wrong: Row[] = [
    [
      "let somebody purge",
      withPurges({ signed: false }),
      ["purgeRequests.signed  lets nobody purge; name `tokens`, or leave `signed` at true"],
    ],
    [
      "name the hash of a token, not the token",
      withPurges({ tokens: ["secret"] }),
      [
        'purgeRequests.tokens[0]  is not the SHA-256 of a token; write what `printf %s "$TOKEN" | sha256sum` prints, 64 hexadecimal digits',
      ],
    ],
    [
      "name an address, if they name addresses",
      withPurges({ from: [] }),
      ["purgeRequests.from  is empty, so nobody may purge; name an address, or leave the key out"],
    ],
    [
      "have an age that ends",
      withPurges({ within: "2d" }),
      ["purgeRequests.within  is too large; write at most 1h"],
    ],
    [
      "have some tokens",
      withPurges({ tokens: Array.from({ length: 21 }, () => hash) }),
      ["purgeRequests.tokens  has too many; write at most 20"],
    ],
  ];
  it.each(wrong)("%s", (_what, value, problems) => expect(problemsIn(value)).toEqual(problems));

  it.each([{}, { signed: false, tokens: [hash] }, { from: ["192.0.2.1"], within: "1s" }])(
    "are right: %o",
    (value) => {
      expect(problemsIn(withPurges(value))).toEqual([]);
    },
  );
});

describe("the log", () => {
  const withLog = (log: object) => aSite({ log });
  const everyField = LOG_FIELDS.map((name) => `\`${name}\``)
    .join(", ")
    .replace(/, (?=[^,]*$)/, " or ");
  const wrong: Row[] = [
    [
      "has the fields that it is to write named",
      withLog({ format: "fields" }),
      ["log.format  `fields` needs `log.fields`, the names of the fields to log"],
    ],
    [
      "lets nobody choose the fields of a format that has its own",
      withLog({ format: "combined", fields: ["status"] }),
      ["log.fields  has no effect with the format `combined`, whose fields are fixed; remove it"],
    ],
    [
      "writes each field once",
      withLog({ fields: ["status", "path", "status"] }),
      ["log.fields[2]  `status` is listed twice; remove one of them"],
    ],
    [
      "has at least one",
      withLog({ fields: [] }),
      ["log.fields  is empty; name at least one field, or leave it out"],
    ],
    [
      "has only fields that there are",
      withLog({ fields: ["useragent"] }),
      [`log.fields[0]  is \`useragent\`; write ${everyField}; did you mean \`userAgent\`?`],
    ],
    [
      "has only formats that there are",
      withLog({ format: "common" }),
      ["log.format  is `common`; write `json`, `combined` or `fields`"],
    ],
  ];
  it.each(wrong)("%s", (_what, value, problems) => expect(problemsIn(value)).toEqual(problems));

  it("is at fault by a key that has no effect", () => {
    expect(keysAtFault(withLog({ format: "combined", fields: ["status"] }))).toEqual(["log.fields"]);
  });

  it.each([
    { format: "fields", fields: ["status"] },
    { format: "json", fields: ["status", "path"] },
    { format: "combined", query: true, bytes: "sent" },
  ])("may be %j", (log) => expect(problemsIn(withLog(log))).toEqual([]));
});

describe("a field that the edge writes after all edits", () => {
  const added = (name: string, mend = "remove it") =>
    `cannot work: after all edits the edge adds its own (\`${name}\`); ${mend}`;
  const INSTEAD = "write `edgeFields: off` instead";
  const written = "cannot work: after all edits the edge replaces it (`x-request-id`); remove it";
  const edits = (response: object) => withRoute({ to: "web", headers: { response } });
  const wrong: Row[] = [
    [
      "is not removed",
      edits({ remove: ["Via"] }),
      [`routes[0].headers.response.remove[0]  ${added("via", INSTEAD)}`],
    ],
    [
      "is not set",
      edits({ set: { "Cache-Status": "mine", "x-request-id": "1" } }),
      [
        `routes[0].headers.response.set.cache-status  ${added("cache-status")}`,
        `routes[0].headers.response.set.x-request-id  ${written}`,
      ],
    ],
    [
      "is not added to where it is written over",
      edits({ add: { "x-request-id": "1" } }),
      [`routes[0].headers.response.add.x-request-id  ${written}`],
    ],
    [
      "is no edit of the site either",
      aSite({ headers: { response: { remove: ["proxy-status"] } } }),
      [`headers.response.remove[0]  ${added("proxy-status", INSTEAD)}`],
    ],
    [
      "is no security header",
      withRoute({ to: "web", security: { headers: { via: "remove" } } }),
      [`routes[0].security.headers.via  ${added("via")}`],
    ],
    [
      "is no security header of the site either",
      aSite({ security: { headers: { via: "remove" } } }),
      [`security.headers.via  ${added("via")}`],
    ],
    [
      "is no field of an answer of its own",
      withRoute({ respond: { headers: { "x-request-id": "1" } } }),
      [`routes[0].respond.headers.x-request-id  ${written}`],
    ],
  ];
  it.each(wrong)("%s", (_what, value, problems) => expect(problemsIn(value)).toEqual(problems));

  it("is pointed at where it is a key, and as an entry of a list where it is one", () => {
    const response = { remove: ["via"], set: { via: "x" }, add: { "x-request-id": "1" } };
    const route = {
      respond: { headers: { "x-request-id": "1" } },
      headers: { response },
      security: { headers: { via: "remove" } },
    };
    expect(keysAtFault(withRoute(route))).toEqual([
      "routes[0].headers.response.set.via",
      "routes[0].headers.response.add.x-request-id",
      "routes[0].security.headers.via",
      "routes[0].respond.headers.x-request-id",
    ]);
    const request = { remove: ["cdn-loop"], set: { "cdn-loop": "x" } };
    expect(keysAtFault(withRoute({ to: "web", headers: { request } }))).toEqual([
      "routes[0].headers.request.set.cdn-loop",
    ]);
  });

  const loop = "would hide request loops from the edge (RFC 8586); remove it";
  it("is not taken from the origin where it tells of a circle", () => {
    const request = { remove: ["CDN-Loop"], set: { "cdn-loop": "x" } };
    expect(problemsIn(withRoute({ to: "web", headers: { request } }))).toEqual([
      `routes[0].headers.request.remove[0]  ${loop}`,
      `routes[0].headers.request.set.cdn-loop  ${loop}`,
    ]);
    expect(problemsIn(aSite({ headers: { request: { remove: ["cdn-loop"] } } }))).toEqual([
      `headers.request.remove[0]  ${loop}`,
    ]);
    expect(problemsIn(aSite({ headers: { request: { add: { "cdn-loop": "other" } } } }))).toEqual([]);
  });

  const right: [what: string, value: unknown][] = [
    ["is added to where it is a list", edits({ add: { via: "1.1 other", "cache-status": "other; hit" } })],
    [
      "is the origin's to read, and may be edited there",
      withRoute({ to: "web", headers: { request: { remove: ["via"], set: { "x-request-id": "1" } } } }),
    ],
  ];
  it.each(right)("%s", (_what, value) => expect(problemsIn(value)).toEqual([]));
});
