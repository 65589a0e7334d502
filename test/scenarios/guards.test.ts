// A route that refuses is not passed by another spelling: of the path, of a parameter, of a field.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { type Edge, useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

type Match = NonNullable<SiteFile["routes"][number]["match"]>;

describe("a route that refuses", () => {
  const edge = useEdge();
  const origin = useOrigin();

  const guarded = (match: Match) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        { id: "guard", match, respond: { status: 403 } },
        { id: "rest", to: "web" },
      ],
    });

  /** 403 where the guard takes it, 400 where nobody does; 200 where it reached the origin. */
  async function statusOf(client: Awaited<ReturnType<Edge["site"]>>, path: string, headers = {}) {
    origin.answers((_request, response) => void response.end("secret"));
    const { status } = await client.get(path, headers);
    return status;
  }

  it.each([
    "/@admin/x",
    "/%40admin/x",
    "/%40%61dmin/x",
    "/%40admin",
    "/%40admin;v=1/x",
    "//%40admin//x",
    "/x/../%40admin/x",
  ])("by /@admin/* refuses %s, and the origin is not asked", async (path) => {
    const client = await guarded({ path: "/@admin/*" });
    expect(await statusOf(client, path)).toBe(403);
    expect(origin.seen).toEqual([]);
  });

  it("refuses every escaped sub-delimiter, colon and at sign", async () => {
    for (const character of "!$&'()*+,;=:@") {
      const escaped = `%${character.charCodeAt(0).toString(16)}`;
      const literal = "*:".includes(character) ? escaped.toUpperCase() : character;
      const client = await guarded({ path: `/${literal}x/*` });
      for (const path of [`/${character}x/y`, `/${escaped}x/y`, `/${escaped.toUpperCase()}x/y`])
        expect(await statusOf(client, path), path).toBe(403);
    }
  });

  it("leaves the wire alone, for what is not guarded", async () => {
    const client = await guarded({ path: "/@admin/*" });
    for (const path of ["/%40user/a%2Cb", "/@user/a,b;c=1", "/%2540admin/x", "/admin/%40"]) {
      expect(await statusOf(client, path), path).toBe(200);
      expect(origin.last.url).toBe(path);
    }
  });

  it("by /admin/* refuses what Java's servers take for it", async () => {
    const client = await guarded({ path: "/admin/*" });
    for (const path of ["/admin;x/users", "/admin;/users", "/;/admin/users", "/admin%3bx/users"])
      expect(await statusOf(client, path), path).toBe(403);
    for (const path of ["/x/..;/admin", "/x/..;a=1/admin", "/x/%2e%2e%3b/admin", "/.;/admin/x", "/.;x/admin"])
      expect(await statusOf(client, path), path).toBe(400);
    expect(origin.seen).toEqual([]);
  });

  it("by a parameter refuses it beside a semicolon too", async () => {
    const client = await guarded({ query: { debug: true } });
    for (const query of [
      "debug=1",
      "a=1;debug=1",
      "a=1&b;%64ebug",
      "debug;a",
      "debug[]=1",
      "%20debug",
      "debug%00a=1",
    ])
      expect(await statusOf(client, `/?${query}`), query).toBe(403);
    expect(await statusOf(client, "/?a=debug;b=1")).toBe(200);
  });

  it("by a header refuses it in one of two lines, and in the spelling of CGI", async () => {
    const client = await guarded({ header: { "x-role": "admin" } });
    for (const value of [
      ["admin"],
      ["user", "admin"],
      ["admin", "user"],
      ["user, admin"],
      ["a", "b,admin ,c"],
    ])
      expect(await statusOf(client, "/", { "x-role": value }), value.join(" | ")).toBe(403);
    expect(await statusOf(client, "/", { x_role: "admin" })).toBe(403);
    expect(await statusOf(client, "/", { "x-role": "user", x_role: ["user", "admin"] })).toBe(403);
    expect(await statusOf(client, "/", { "x-role": ["user", "administrator"] })).toBe(200);
  });

  it("by a header refuses it in two lines of one request, byte for byte", async () => {
    await edge.site({
      hosts: ["lines.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        { id: "guard", match: { header: { "x-role": "admin" } }, respond: { status: 403 } },
        { id: "rest", to: "web" },
      ],
    });
    const fields = "X-Role: user\r\nx-role:admin\r\n";
    expect((await sendRaw(edge.url, rawGet("/", "lines.test", fields))).status).toBe(403);
  });
});

describe("what the origin is sent", () => {
  const edge = useEdge();
  const origin = useOrigin();

  it("has no parameter that the route takes away, whatever parts it from the others", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", rewrite: { query: { remove: ["debug"], set: { via: "edge" } } } }],
    });
    for (const [query, sent] of [
      ["a=1;debug=1", "a=1&via=edge"],
      ["a=1;b=2&debug;c", "a=1;b=2&c&via=edge"],
      ["a=1;via=me", "a=1&via=edge"],
      ["de%62ug=1;a", "a&via=edge"],
    ]) {
      await client.get(`/?${query}`);
      expect(origin.last.url).toBe(`/?${sent}`);
    }
  });

  it("has no second spelling of a field that the site writes or takes away", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      headers: { request: { set: { "x-user": "nobody" }, remove: ["x-api-key"] } },
      routes: [{ id: "all", to: "web" }],
    });
    await client.get("/", {
      "x-user": "root",
      x_user: "root",
      x_api_key: "k",
      "x-api_key": "k",
      x_mine: "1",
    });
    const names = origin.last.rawHeaders
      .filter((_, index) => index % 2 === 0)
      .map((name) => name.toLowerCase());
    expect(names.filter((name) => /^x[_-](?:user|api|mine)/.test(name)).sort()).toEqual(["x-user", "x_mine"]);
    expect(origin.last.headers["x-user"]).toBe("nobody");
  });

  it("has nothing that a route takes away, though its site sets it", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      headers: { request: { set: { authorization: "Bearer site" } } },
      routes: [
        {
          id: "public",
          match: { path: "/public/*" },
          headers: { request: { remove: ["authorization"] } },
          to: "web",
        },
        { id: "rest", to: "web" },
      ],
    });
    await client.get("/public/x", { authorization: "Basic client" });
    expect(origin.last.headers.authorization).toBeUndefined();
    await client.get("/x");
    expect(origin.last.headers.authorization).toBe("Bearer site");
  });
});
