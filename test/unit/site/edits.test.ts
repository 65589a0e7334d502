import { describe, expect, it } from "vitest";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { warningsOf } from "../../../shared/site/warnings/warnings.ts";

const fileWith = (route: Partial<SiteFile["routes"][number]>) =>
  JSON.stringify({
    hosts: ["shop.test"],
    pools: { web: { origins: [{ id: "a", url: "http://origin.test" }] } },
    routes: [{ id: "all", to: "web", ...route }],
  });

function problemsIn(route: Partial<SiteFile["routes"][number]>): string[] {
  const read = readSiteFile(fileWith(route), "shop.json");
  return read.ok ? [] : read.error.map(({ path, message }) => `${path}  ${message}`);
}

function warningsIn(route: Partial<SiteFile["routes"][number]>): string[] {
  const read = readSiteFile(fileWith(route), "shop.json");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return warningsOf(read.value.site, () => "").map(({ message }) => message);
}

describe("the path under which an origin is shown", () => {
  it.each(["/", "/app/", "app", "/a b", "/a/*", "/:a", "/a?b", "/a//b", "https://a.test"])(
    "is not %j",
    (base) => {
      expect(problemsIn({ base })).toHaveLength(1);
    },
  );

  it.each(["/app", "/a/b", "/~me/v1.0"])("may be %s", (base) => {
    expect(problemsIn({ base, match: { path: [`${base}/*`] } })).toEqual([]);
    expect(warningsIn({ base, match: { path: [base, `${base}/*`] } })).toEqual([]);
  });

  it("is taken off once", () => {
    expect(problemsIn({ base: "/app", rewrite: { stripPrefix: "/app" } })).toEqual([
      "routes[0].rewrite.stripPrefix  stands beside `base: /app`, which is taken off the path already; remove one of them",
    ]);
  });

  it("means nothing where no origin is asked", () => {
    expect(problemsIn({ to: undefined, respond: {}, base: "/app" } as never)[0]).toContain(
      "no origin is asked",
    );
  });

  it("is warned of on a route that takes other paths", () => {
    expect(warningsIn({ base: "/app" })).toEqual(["the route takes requests that are not under /app: /*"]);
    expect(warningsIn({ base: "/app", match: { path: "/application/*" } })).toHaveLength(1);
  });
});

describe("the edits of a route", () => {
  it.each([
    [{ replace: [{ from: "", to: "a" }] }, "is empty; name the text that is replaced"],
    [{ types: ["html"] }, "is not a media type"],
    [{ types: [] }, "is empty; name a media type"],
    [{ inject: { headEnd: "x".repeat(70_000) } }, "is longer than 64 KiB"],
    [{ repalce: [] }, "repalce"],
  ])("are not %j", (edits, message) => {
    expect(problemsIn({ edits } as never).join()).toContain(message);
  });
});
