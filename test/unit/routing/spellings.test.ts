// A guard in front of an origin takes every spelling of a path that the origin might understand; what goes on the wire
// stays as it came. A segment of a pattern is one segment, whatever its expression says.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { compilePathTable } from "../../../worker/routing/path-table.ts";
import { readRequest } from "../../../worker/routing/read-request.ts";
import { aSite } from "../../support/asked.ts";

/** Who takes it, or why it is refused. */
function outcomeOf(site: ReturnType<typeof aSite>, path: string) {
  const line = { method: "GET", url: `http://a.test${path}`, headers: new Headers() };
  const read = readRequest(line, { ip: "192.0.2.1", country: undefined });
  if (!read.ok) return { refused: read.error.refusal.reason };
  const matched = matchRoute(site, read.value);
  if (!matched.ok) return { refused: matched.error.reason };
  return { route: matched.value.route.id, captures: { ...matched.value.captures } };
}

const guarding = (path: string) =>
  aSite({
    routes: [
      { id: "guard", match: { path }, respond: { status: 403 } },
      { id: "rest", respond: {} },
    ],
  });

describe("a guard takes every spelling", () => {
  it.each([
    ["/@admin/*", "/%40admin/x"],
    ["/@admin/*", "/@admin/x"],
    ["/%40admin/*", "/@admin/x"],
    ["/%40admin/*", "/%40admin"],
    ["/a:b", "/a%3ab"],
    ["/a;b", "/a%3Bb"],
    ["/$x/!y", "/%24x/%21y"],
    ["/(a)/*", "/%28a%29/b"],
    ["/a,b=c+d&e", "/a%2Cb%3dc%2Bd%26e"],
    ["/it's", "/it%27s"],
    ["/%2A/x", "/*/x"],
    ["/%2A/x", "/%2a/x"],
    ["/%3Aid", "/:id"],
    ["/:user{@[a-z]+}/*", "/%40bob/x"],
    ["/*{.*@admin(?:/.*)?}", "/x/%40admin/y"],
    ["/:a/:b{[^@]+@[^@]+}", "/x/me%40example"],
    ["/admin/*", "/admin;x/users"],
    ["/admin/*", "/admin;/users"],
    ["/admin/*", "/admin%3Bx=1;y/users"],
    ["/admin/*", "/;a/admin/users"],
    ["/admin/*", "/admin;a;b"],
    ["/admin/users", "/admin/users;jsessionid=1"],
    ["/admin/users", "/admin;a/users;b"],
    ["/a/b/c", "/a;x/b%3By;z/c;"],
    ["/:a{admin}/*", "/%61dmin;x/users"],
  ])("%s guards %s", (pattern, path) => {
    expect(outcomeOf(guarding(pattern), path)).toMatchObject({ route: "guard" });
  });

  it.each([
    ["/@admin/*", "/%2540admin/x"], // a path with a percent sign: decoded once, it is %40admin
    ["/@admin/*", "/@Admin/x"],
    ["/%2A/x", "/y/x"],
    ["/%3Aid", "/7"],
    ["/a%3Fb", "/a"],
    ["/admin/*", "/adminx;y/users"],
  ])("%s leaves %s to others", (pattern, path) => {
    expect(outcomeOf(guarding(pattern), path)).toMatchObject({ route: "rest" });
  });

  it("under `not`, `any` and `all` too", () => {
    const site = aSite({
      routes: [
        { id: "any", match: { any: [{ path: "/@a/*" }] }, respond: {} },
        { id: "all", match: { all: [{ path: "/@b/*" }] }, respond: {} },
        { id: "not", match: { not: { path: "/@c/*" } }, respond: {} },
        { id: "rest", respond: {} },
      ],
    });
    expect(outcomeOf(site, "/%40a/x")).toMatchObject({ route: "any" });
    expect(outcomeOf(site, "/%40b/x")).toMatchObject({ route: "all" });
    expect(outcomeOf(site, "/%40c/x")).toMatchObject({ route: "rest" });
    expect(outcomeOf(site, "/d")).toMatchObject({ route: "not" });
  });

  it("is refused where dots hide behind parameters, also by a route that allows what is below", () => {
    for (const path of [
      "/public/..;/admin",
      "/public/%2e%2e;a=b/admin",
      "/public/.;/x",
      "/public/..%3b/admin",
    ])
      expect(outcomeOf(guarding("/public/*"), path), path).toEqual({ refused: "path-refused" });
  });

  it("captures the path as it stands on the wire", () => {
    const captured = (path: string, url: string) => outcomeOf(guarding(path), url).captures;
    expect(captured("/:user/*", "/%40bob/a%2cb/@c")).toEqual({ user: "%40bob", "*": "a%2Cb/@c" });
    expect(captured("/:user{@.+}", "/%40bob")).toEqual({ user: "%40bob" });
    expect(captured("/*{.+@x}", "/a/b%40x")).toEqual({ "*": "a/b%40x" });
    expect(captured("/users/:id", "/users/7;v=1")).toEqual({ id: "7;v=1" });
    expect(captured("/users/*", "/users;v=1/7")).toEqual({ "*": "7" }); // of the reading in which it matches
  });

  it("has names of its own for what JavaScript would find in any object", () => {
    const site = guarding("/:constructor/:__proto__/:x?");
    expect(outcomeOf(site, "/a/b").captures).toEqual(
      Object.assign(Object.create(null), { constructor: "a", ["__proto__"]: "b" }),
    );
  });
});

describe("for any path", () => {
  const PCHAR = [..."abZ09-._~!$&'()*+,;=:@"];
  const segment = fc
    .array(fc.constantFrom(...PCHAR), { minLength: 1, maxLength: 6 })
    .map((characters) => characters.join(""))
    .filter((text) => !/^\.{1,2}(;|$)/.test(text));
  const segments = fc.array(segment, { minLength: 1, maxLength: 4 });
  const hex = (character: string, upper: boolean) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, "0");
    return `%${upper ? code.toUpperCase() : code}`;
  };
  /** The same path, with some characters in escapes. */
  const spelt = (parts: readonly string[], choices: readonly number[]) => {
    let at = 0;
    return `/${parts
      .map((part) =>
        [...part]
          .map((character) => {
            const choice = choices[at++ % choices.length] ?? 0;
            return choice === 0 ? character : hex(character, choice === 1);
          })
          .join(""),
      )
      .join("/")}`;
  };
  const spelling = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 30 });
  /** A literal that is no parameter, star or brace, or else in escapes. */
  const asLiteral = (text: string) => text.replaceAll("*", "%2A").replace(/^:/, "%3A").replaceAll("?", "%3F");
  const shapeOf = (parts: readonly string[], kinds: readonly number[]) => {
    const pattern = parts.map((part, index) => {
      const kind = kinds[index] ?? 0;
      if (kind === 1) return `:p${index}`;
      if (kind === 2) return "*";
      if (kind === 3) return `:p${index}{${part.replace(/[$()*+.]/g, "\\$&")}}`;
      return asLiteral(part);
    });
    return `/${pattern.join("/")}`;
  };

  it("whatever spelling a guard takes, it takes all of them, and so does the same guard in another spelling", () => {
    const kinds = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 });
    let taken = 0;
    const property = fc.property(segments, kinds, spelling, (parts, kind, choices) => {
      const patterns = [shapeOf(parts, kind)];
      const table = compilePathTable([{ patterns, value: true }]);
      const paths = [spelt(parts, [0]), spelt(parts, choices), spelt(parts, [1])].map((path) => {
        const line = { method: "GET", url: `http://a.test${path}`, headers: new Headers() };
        const read = readRequest(line, { ip: "192.0.2.1", country: undefined });
        if (!read.ok) throw new Error(path);
        return read.value.path;
      });
      for (const path of paths) expect(table.takes(path), `${patterns[0]} ${path}`).toBe(true);
      taken++;
    });
    fc.assert(property, { seed: 1, numRuns: 2_000 });
    expect(taken).toBe(2_000);
  });

  it("what a pattern captures, put in its place, is the path again", () => {
    const kinds = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 });
    const property = fc.property(segments, kinds, spelling, fc.boolean(), (parts, kind, choices, rest) => {
      const wire = spelt(parts, choices).replace(/%[0-9a-f]{2}/gi, (found) => found.toUpperCase());
      const pattern = shapeOf(parts.slice(0, rest ? -1 : undefined), kind);
      const whole = rest ? `${pattern === "/" ? "" : pattern}/*` : pattern;
      const [match] = compilePathTable([{ patterns: [whole], value: true }]).match(wire);
      const captures = match?.captures() ?? {};
      const wireParts = wire.slice(1).split("/");
      parts.forEach((_, index) => {
        if (`p${index}` in captures) expect(captures[`p${index}`]).toBe(wireParts[index]);
      });
      if (rest && match) expect(captures["*"]).toBe(wireParts.at(-1));
    });
    fc.assert(property, { seed: 1, numRuns: 2_000 });
  });
});

describe("an expression", () => {
  const takes = (pattern: string, path: string) =>
    compilePathTable([{ patterns: [pattern], value: true }]).takes(path);
  const captured = (pattern: string, path: string) => ({
    ...[...compilePathTable([{ patterns: [pattern], value: true }]).match(path)][0]?.captures(),
  });

  it("takes one segment, wholly", () => {
    expect(takes("/:file{.+\\.css}", "/x.css")).toBe(true);
    expect(takes("/:file{.+\\.css}", "/a/b/x.css")).toBe(false);
    expect(takes("/:file{.+\\.css}", "/x.css/y")).toBe(false);
    expect(takes("/:any{.+}/edit", "/a/edit")).toBe(true);
    expect(takes("/:any{.+}/edit", "/a/b/edit")).toBe(false);
    expect(takes("/:any{.*}/b/*", "/a/b/c/b/d")).toBe(true);
  });

  it("leaves to a star after it just what follows", () => {
    expect(captured("/:dir{.+}/*", "/a/b/c")).toEqual({ dir: "a", "*": "b/c" });
    expect(captured("/:any{.*}/b/*", "/a/b/c/b/d")).toEqual({ any: "a", "*": "c/b/d" });
    expect(captured("/:a{.+}/x/:b{.+}/*", "/1/x/2/3/4")).toEqual({ a: "1", b: "2", "*": "3/4" });
    expect(captured("/:a{[0-9]*}/*", "//x")).toEqual({ a: "", "*": "x" });
  });

  it("of a trailing star takes all that follows, slashes included", () => {
    expect(takes("/*{.+\\.css}", "/x.css")).toBe(true);
    expect(takes("/*{.+\\.css}", "/a/b/x.css")).toBe(true);
    expect(takes("/*{.+\\.css}", "/a/b/x.css/y")).toBe(false);
    expect(takes("/a/*{.+\\.css}", "/b/x.css")).toBe(false);
    expect(takes("/a/*{.+}", "/a")).toBe(false);
    expect(takes("/a/*{.*}", "/a")).toBe(true);
    expect(captured("/a/:b/*{.+\\.css}", "/a/1/2/x.css")).toEqual({ b: "1", "*": "2/x.css" });
  });
});
