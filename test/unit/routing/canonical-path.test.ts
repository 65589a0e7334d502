import { describe, expect, it } from "vitest";
import {
  canonicalPath,
  canonicalQuery,
  encodeOutside,
  mergeSlashes,
} from "../../../worker/routing/canonical-target.ts";
import { asSiteSees } from "../../../worker/routing/identify.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { readRequest } from "../../../worker/routing/read-request.ts";
import { aSite, repeatableRandom } from "../../support/asked.ts";

const spelt = (raw: string) => {
  const path = canonicalPath(raw);
  return path.ok ? path.value.path : path.error;
};

describe("the canonical path", () => {
  it.each([
    ["a plain path", "/a/b.html", "/a/b.html"],
    ["the root", "/", "/"],
    ["a dot segment", "/a/./b", "/a/b"],
    ["a double dot segment", "/a/../b", "/b"],
    ["dots at the end", "/a/b/..", "/a/"],
    ["one dot at the end", "/a/.", "/a/"],
    ["dots that climb above the root", "/../../a", "/a"],
    ["encoded dots", "/a/%2e%2E/b", "/b"],
    ["half encoded dots", "/a/.%2e/b", "/b"],
    ["three dots, which are a name", "/a/.../b", "/a/.../b"],
    ["dots within a name", "/a/..b/c..", "/a/..b/c.."],
    ["a hidden file", "/.well-known/x", "/.well-known/x"],
    ["an unreserved character in escapes", "/%61%2D%5F%7E", "/a-_~"],
    ["escapes in lower case", "/%c3%a9%3f", "/%C3%A9%3F"],
    ["an encoded percent sign, which is decoded once at most", "/%2561", "/%2561"],
    ["reserved characters, which stay as they are", "/a;x=1,2:3@4!$&'()*+", "/a;x=1,2:3@4!$&'()*+"],
    ["what no path may hold", '/"<>^`{|}[]', "/%22%3C%3E%5E%60%7B%7C%7D%5B%5D"],
    ["raw UTF-8", "/é/日", "/%C3%A9/%E6%97%A5"],
    ["a character of two UTF-16 units", "/\u{1f600}", "/%F0%9F%98%80"],
    ["a lone surrogate", "/\ud800", "/%EF%BF%BD"],
    ["two dots alone", "/..", "/"],
    ["one dot alone", "/.", "/"],
    ["dots after dots", "/a/b/../../c/./d", "/c/d"],
    ["dots after an empty segment", "/a//../b", "/a/b"],
    ["dots after an escape", "/%C3%A9/../b", "/b"],
    ["parameters of a segment, which stay", "/x;a=1/b;/..b;c", "/x;a=1/b;/..b;c"],
    ["several slashes, which the site merges or keeps", "//a///b", "//a///b"],
  ])("%s", (_name, raw, expected) => {
    expect(spelt(raw)).toBe(expected);
    expect(spelt(expected)).toBe(expected);
  });

  it.each([
    ["/%", "%"],
    ["/%4", "%4"],
    ["/%zz", "%zz"],
    ["/a%2", "%2"],
    ["/%%41", "%%4"],
    ["/a%u0041", "%u0"],
    ["/%41/%g1/b", "%g1"],
    ["/a/b%1/", "%1/"],
  ])("refuses the broken escape in %s, and names it: %s", (raw, at) => {
    expect(spelt(raw)).toEqual({ reason: "bad-path-encoding", at });
  });

  it.each([
    ["/a%2Fb", ["encoded-slash"]],
    ["/a%2fb", ["encoded-slash"]],
    ["/a\\b", ["backslash"]],
    ["/a%5cb", ["backslash"]],
    ["/a%00", ["control"]],
    ["/a%0d%0a", ["control"]],
    ["/a\x7f", ["control"]],
    ["/a%2F%5C%1f", ["encoded-slash", "backslash", "control"]],
    ["/a%20%C2%A0", []],
  ])("tells what is odd in %s", (raw, oddities) => {
    expect(canonicalPath(raw)).toMatchObject({ ok: true, value: { oddities } });
  });

  it.each([
    "/x/..%2Fadmin",
    "/x%2f..%2fadmin",
    "/x%2F..",
    "/x\\..\\admin",
    "/x/.%2e%5cadmin",
    "/%2e%2f",
    "/x/..;/admin",
    "/x/%2e.%3ba=1/admin",
    "/x/.;",
    "/.;/admin",
    "/.;a=1/admin",
    "/..;/admin",
    "/.;",
    "/x%2f..;a",
    "/x%2F./admin",
    "/x%5C.",
    "/x%2F.%2Fadmin",
    "/x%5C.;a",
  ])("refuses the dots hidden in %s whatever a route allows", (raw) => {
    expect(spelt(raw)).toMatchObject({ reason: "path-refused", oddity: "hidden-dots" });
  });

  it.each([
    ["a slash", "/x/..%c0%afadmin"],
    ["a slash in three bytes", "/x/..%e0%80%afadmin"],
    ["a slash in four bytes", "/x/..%F0%80%80%AFadmin"],
    ["a slash in five bytes", "/x/..%f8%80%80%80%afadmin"],
    ["a slash in six bytes", "/x/..%fc%80%80%80%80%afadmin"],
    ["dots", "/%C0%AE%C0%AE/admin"],
    ["a backslash", "/x/..%c1%9cadmin"],
    ["a letter", "/%C1%A1dmin"],
    ["a letter in three bytes", "/%E0%81%A1dmin"],
    ["a NUL", "/admin%c0%80"],
  ])("refuses %s in more bytes than UTF-8 has for it: %s", (_name, raw) => {
    expect(spelt(raw)).toEqual({ reason: "path-refused", oddity: "overlong" });
  });

  it.each(["/%C1rbol", "/%C0", "/%C0-la-carte", "/%E0%A0%80", "/%F0%90%80%80", "/%C2%80", "/%E0%B8%81"])(
    "takes Latin-1, and the shortest spelling in UTF-8: %s",
    (path) => expect(spelt(path)).toBe(path),
  );

  it.each(["/x/..a%2Fb..", "/x%2F..a", "/x%2F.a/b", "/x%5C...", "/x..%2Fa", "/x.;a"])(
    "takes an encoded slash beside a name that merely begins or ends with dots: %s",
    (path) => {
      expect(spelt(path)).toBe(path);
    },
  );

  it("merges slashes", () => {
    expect(mergeSlashes("//a///b/")).toBe("/a/b/");
  });
});

describe("the canonical query", () => {
  it.each([
    ["a=1&b=%41+c", "a=1&b=%41+c"],
    ["q=100%&x=%zz", "q=100%&x=%zz"],
    ["a='\"<> é", "a=%27%22%3C%3E%20%C3%A9"],
    ["a=`{}|^[]\\", "a=`{}|^[]\\"],
    ["a=''&b='<'", "a=%27%27&b=%27%3C%27"],
    ['a="x"&b=<y>', "a=%22x%22&b=%3Cy%3E"],
    ["a=\u{1f600}x\u{1f600}", "a=%F0%9F%98%80x%F0%9F%98%80"],
    ["a=\ud800", "a=%EF%BF%BD"],
  ])("spells %s as fetch would", (raw, expected) => {
    expect(canonicalQuery(raw)).toBe(expected);
    expect(new URL(`http://a.test/?${raw}`).search).toBe(`?${expected}`);
  });
});

describe("percent-encoding", () => {
  it.each([
    ["*a!", "%2Aa%21"],
    ["(*)!'", "%28%2A%29%21%27"],
    ["a**b", "a%2A%2Ab"],
    ["é*", "é%2A"],
  ])("also encodes what encodeURIComponent leaves alone: %s", (text, encoded) => {
    expect(encodeOutside(/[!'()*]+/g, text)).toBe(encoded);
  });
});

describe("no spelling of a path slips past a route", () => {
  const site = aSite({
    routes: [
      { id: "admin", match: { path: "/admin/*" }, respond: { status: 403 } },
      { id: "rest", respond: {} },
    ],
  });
  const taker = (path: string) => {
    const read = readRequest(
      { method: "GET", url: `http://a.test${path}`, headers: new Headers() },
      { ip: "192.0.2.1", country: undefined },
    );
    if (!read.ok) return read.error.refusal.reason;
    const matched = matchRoute(site, asSiteSees(read.value, site));
    return matched.ok ? matched.value.route.id : matched.error.reason;
  };

  it("takes every spelling of /admin/users, or refuses it", () => {
    const random = repeatableRandom(7);
    const pick = <T>(choices: readonly [T, ...T[]]): T =>
      choices[Math.floor(random() * choices.length)] ?? choices[0];
    const hex = (character: string) => {
      const code = character.charCodeAt(0).toString(16).padStart(2, "0");
      return `%${random() < 0.5 ? code : code.toUpperCase()}`;
    };
    const letter = (character: string) => (random() < 0.3 ? hex(character) : character);
    const dots = (count: number) => Array.from({ length: count }, () => letter(".")).join("");
    const separator = () =>
      pick(["/", "/", "/", "//", "/./", `/${dots(1)}/`, `/x/${dots(2)}/`, "/a/b/../../", "%2f", "\\", "%5C"]);

    const outcomes = new Map<string, number>();
    for (let round = 0; round < 6_000; round++) {
      const spelling = `/${pick(["", "", "./", "x/../", "/", `${dots(2)}/`])}${[..."admin"].map(letter).join("")}${separator()}users`;
      const outcome = taker(spelling);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      expect(["admin", "path-refused"], spelling).toContain(outcome);
    }
    expect(outcomes.get("admin")).toBeGreaterThan(3_000);
  });

  it("leaves other paths to other routes", () => {
    for (const path of ["/admins", "/x/admin", "/admin.html", "/Admin", "/admin/../x"])
      expect(taker(path), path).toBe("rest");
  });
});
