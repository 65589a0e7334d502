// Access rules and address lists in a site file: what is refused, and what is warned of.
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../../shared/site/problem.ts";
import { type Site, siteSchema } from "../../../shared/site/schema.ts";
import { accessInVain } from "../../../shared/site/warnings/access-in-vain.ts";
import { rangesInVain } from "../../../shared/site/warnings/ranges-in-vain.ts";
import { aSite, problemsIn } from "./fixtures.ts";

describe("access rules", () => {
  it.each([
    ["nothing", {}, "access  refuses nobody; write `allow` or `deny`"],
    ["only a mode", { mode: "observe" }, "access  refuses nobody; write `allow` or `deny`"],
    [
      "nobody",
      { allow: {} },
      "access.allow  names nobody; write `ip`, `list`, `country`, `continent`, `asn`, `userAgent`, `header` or `cookie`",
    ],
    [
      "no header",
      { deny: { header: {} } },
      "access.deny  names nobody; write `ip`, `list`, `country`, `continent`, `asn`, `userAgent`, `header` or `cookie`",
    ],
    [
      "what is no address",
      { allow: { ip: "office" } },
      "access.allow.ip  is not an address or a range such as 10.0.0.0/8",
    ],
    [
      "no address of several",
      { allow: { ip: [] } },
      "access.allow.ip  is empty; name at least one, or leave the key out",
    ],
    [
      "what is no network",
      { deny: { asn: "AS13335" } },
      "access.deny.asn  is `AS13335`; write a number of a network or a list",
    ],
    [
      "too large a network",
      { deny: { asn: 2 ** 32 } },
      "access.deny.asn  is not the number of a network: it has at most 32 bits",
    ],
    [
      "what is no country",
      { deny: { country: "Germany" } },
      "access.deny.country  is not a country; write its two-letter code: DE, FR, US",
    ],
    [
      "a mode that is none",
      { deny: { asn: 1 }, mode: "log" },
      "access.mode  is `log`; write `enforce` or `observe`",
    ],
    ["off, for the site", "off", "access  is a string, not a set of keys; write `key: value`"],
    [
      "an unknown list",
      { deny: { list: "spam" } },
      "access.deny.list  `spam` is not one of the `lists` of this site; there is none",
    ],
  ])("are wrong with %s", (_what, access, problem) => {
    expect(problemsIn(aSite({ access }))).toEqual([problem]);
  });

  it("name lists of the site, in the site and in a route", () => {
    const lists = { spamhaus: { url: "https://lists.test/drop.txt" }, office: { ranges: ["192.0.2.0/24"] } };
    const deny = { list: ["spamhaus", "ofice"] };
    expect(
      problemsIn(
        aSite({
          lists,
          access: { deny },
          routes: [{ id: "one", to: "web", access: { allow: { list: "constructor" } } }],
        }),
      ),
    ).toEqual([
      "access.deny.list[1]  `ofice` is not one of the `lists` of this site; did you mean `office`?",
      "routes[0].access.allow.list  `constructor` is not one of the `lists` of this site; there are: spamhaus, office",
    ]);
  });
});

describe("an address list", () => {
  it.each([
    ["nowhere", {}, "lists.a  is either in the file or behind a URL; write `ranges` or `url`"],
    [
      "in two places",
      { url: "https://a.test/", ranges: ["10.0.0.1"] },
      "lists.a  is either in the file or behind a URL; write `ranges` or `url`",
    ],
    ["empty", { ranges: [] }, "lists.a.ranges  is empty; name at least one address or range"],
    [
      "read again though it is in the file",
      { ranges: ["10.0.0.1"], every: "1h" },
      "lists.a.every  has no effect without `url`",
    ],
    [
      "read too often",
      { url: "https://a.test/", every: "5s" },
      "lists.a.every  is too small; write at least 1m",
    ],
    ["in a file", { url: "file:///etc/passwd" }, "lists.a.url  is not an http(s) URL"],
    [
      "behind a password",
      { url: "https://u:p@a.test/" },
      "lists.a.url  may not contain a user name or password",
    ],
    [
      "not of ranges",
      { ranges: ["a.test"] },
      "lists.a.ranges[0]  is not an address or a range such as 10.0.0.0/8",
    ],
  ])("is wrong %s", (_what, list, problem) => {
    expect(problemsIn(aSite({ lists: { a: list } }))).toEqual([problem]);
  });

  it("may have a secret in its URL", () => {
    const lists = { a: { url: "https://lists.test/bad?key=${secret:KEY}" } };
    expect(problemsIn(aSite({ lists, access: { deny: { list: "a" } } }))).toEqual([]);
  });

  it("that is wrong hides no other problem, and its name stays known", () => {
    const lists = { a: { ranges: ["x"] }, b: { ranges: ["10.0.0.1"] } };
    expect(problemsIn(aSite({ lists, access: { deny: { list: ["a", "c"] } } }))).toEqual([
      "lists.a.ranges[0]  is not an address or a range such as 10.0.0.0/8",
      "access.deny.list[1]  `c` is not one of the `lists` of this site; there are: a, b",
    ]);
  });

  it("is one of few that are read", () => {
    const some = (count: number) =>
      Object.fromEntries([...Array(count)].map((_, at) => [`a${at}`, { url: `https://a.test/${at}` }]));
    expect(problemsIn(aSite({ lists: some(16) }))).toEqual([]);
    expect(problemsIn(aSite({ lists: some(17) }))).toEqual([
      "lists  has too many with a `url`; write at most 16",
    ]);
  });

  it("is believed to have a tested client only if it is behind a URL", () => {
    const lists = { read: { url: "https://a.test/" }, here: { ranges: ["10.0.0.1"] } };
    const tests = [
      {
        request: { url: "https://shop.example.com/", lists: ["read", "here", "raed"] },
        expect: { status: 403 },
      },
    ];
    expect(problemsIn(aSite({ lists, access: { deny: { list: ["read", "here"] } }, tests }))).toEqual([
      "tests[0].request.lists[1]  `here` is in the file, so a test takes it as it is; remove it here",
      "tests[0].request.lists[2]  `raed` is not one of the `lists` of this site; did you mean `read`?",
    ]);
  });
});

const parsed = (parts: object): Site =>
  siteSchema.parse({ hosts: ["a.test"], routes: [{ id: "all", respond: {} }], ...parts });

describe("a range", () => {
  const warned = (parts: object) => rangesInVain(parsed(parts)).map(formatProblem);

  it("that names one address of it is told, wherever it stands", () => {
    const ip = "10.1.2.3/8";
    expect(
      warned({
        access: { allow: { ip: ["192.0.2.0/24", ip] } },
        lists: { a: { ranges: ["2001:db8::1/32"] } },
        trustedProxies: [ip],
        purgeRequests: { from: [ip] },
        routes: [{ id: "all", match: { not: { any: [{ ip }] } }, access: { deny: { ip } }, respond: {} }],
      }),
    ).toEqual(
      [
        ["trustedProxies", "10.0.0.0/8", "10.1.2.3"],
        ["purgeRequests.from", "10.0.0.0/8", "10.1.2.3"],
        ["lists.a.ranges", "2001:db8::/32", "2001:db8::1"],
        ["access.allow.ip[1]", "10.0.0.0/8", "10.1.2.3"],
        ["routes[0].access.deny.ip", "10.0.0.0/8", "10.1.2.3"],
        ["routes[0].match.not.any[0].ip", "10.0.0.0/8", "10.1.2.3"],
      ].map(
        ([place, range, base]) => `${place}  is all of ${range}, not only ${base}; write ${range} or ${base}`,
      ),
    );
  });

  it("that another one has already adds nothing", () => {
    const ip = [
      "10.1.0.0/16",
      "192.0.2.1",
      "10.0.0.0/8",
      "::/0",
      "10.1.2.3",
      "192.0.2.1",
      "2001:db8::1",
      "11.0.0.0/8",
    ];
    expect(warned({ access: { deny: { ip } } })).toEqual([
      "access.deny.ip[0]  adds nothing: 10.1.0.0/16 is within 10.0.0.0/8",
      "access.deny.ip[4]  adds nothing: 10.1.2.3 is within 10.0.0.0/8",
      "access.deny.ip[5]  192.0.2.1 is listed twice",
      "access.deny.ip[6]  adds nothing: 2001:db8::1 is within ::/0",
    ]);
  });

  it("is told of five times at most in one list", () => {
    const ranges = [...Array(50)].map((_, at) => `10.0.0.${at}`);
    expect(warned({ lists: { a: { ranges: ["10.0.0.0/8", ...ranges] } } })).toHaveLength(5);
  });
});

describe("an access rule without effect", () => {
  const warned = (parts: object) =>
    accessInVain(parsed(parts))
      .filter(({ onlyOn }) => onlyOn === undefined)
      .map(formatProblem);

  it("allows what is denied, by the route, its site or a list", () => {
    expect(
      warned({
        lists: { bad: { ranges: ["198.51.100.0/24"] } },
        access: { deny: { list: "bad" } },
        routes: [
          {
            id: "one",
            access: {
              allow: { ip: ["10.1.2.3", "198.51.100.7", "192.0.2.0/24"] },
              deny: { ip: "10.1.0.0/16" },
            },
            respond: {},
          },
        ],
      }),
    ).toEqual([
      "routes[0].access.allow.ip[0]  10.1.2.3 is never let in: `deny` names it too, and comes first",
      "routes[0].access.allow.ip[1]  198.51.100.7 is never let in: `deny` names it too, and comes first",
    ]);
  });

  it("allows what the site does not", () => {
    const withSite = (allow: object) =>
      warned({
        lists: { office: { ranges: ["192.0.2.0/24"] }, read: { url: "https://a.test/" } },
        access: { allow: { list: "office", ...allow } },
        routes: [
          { id: "one", access: { allow: { ip: "10.0.0.0/8" } }, respond: {} },
          { id: "two", access: { allow: { ip: ["10.0.0.0/8", "192.0.2.7"] } }, respond: {} },
          { id: "three", access: { allow: { list: "read" } }, respond: {} },
        ],
      });
    expect(withSite({})).toEqual([
      "routes[0].access.allow  lets nobody in: `access.allow` of the site has to let a request in too, and no address is in both",
    ]);
    expect(withSite({ userAgent: "*probe*" })).toEqual([]);
    expect(withSite({ ip: "0.0.0.0/0" })).toEqual([]);
  });

  it("denies everybody before it allows somebody, as nginx is told at the end", () => {
    expect(warned({ access: { allow: { asn: 1 }, deny: { ip: "0.0.0.0/0" } } })).toEqual([
      "access.deny  denies every address, and comes before `allow`, so `allow` lets nobody in; " +
        "remove it: with `allow`, everybody else is refused",
    ]);
    expect(warned({ access: { deny: { ip: ["0.0.0.0/0", "::/0"] } } })).toEqual([]); // a site that is closed
  });

  it("switches off what there is not, or names a list that no rule names", () => {
    expect(
      warned({
        lists: { a: { ranges: ["10.0.0.1"] } },
        routes: [{ id: "one", access: "off", respond: {} }],
      }),
    ).toEqual([
      "routes[0].access  has no effect: the site has no access rules",
      "lists.a  has no effect: no access rule names it",
    ]);
  });

  it("asks for a place that is not known: behind a proxy, and where Cloudflare does not tell it", () => {
    const site = parsed({
      trustedProxies: ["10.0.0.0/8"],
      access: { allow: { country: "DE" }, deny: { asn: 1, ip: "192.0.2.1" } },
    });
    expect(
      accessInVain(site).map((problem) => `${problem.onlyOn ?? "anywhere"}: ${formatProblem(problem)}`),
    ).toEqual([
      "anywhere: access.allow.country  lets nobody in who comes through one of the `trustedProxies`: where a client behind a proxy is, is not known",
      "anywhere: access.deny.asn  denies nobody who comes through one of the `trustedProxies`: where a client behind a proxy is, is not known",
      "standalone: access.allow.country  lets nobody in where the edge does not run on Cloudflare (`headgate serve`, or an app with HEADGATE_RUNS_ON=standalone): only the address of a client is known there; `headgate dev` takes every client to be where your machine is",
      "standalone: access.deny.asn  denies nobody where the edge does not run on Cloudflare (`headgate serve`, or an app with HEADGATE_RUNS_ON=standalone): only the address of a client is known there; `headgate dev` takes every client to be where your machine is",
    ]);
  });
});
