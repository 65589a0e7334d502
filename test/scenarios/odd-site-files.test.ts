// Site files with odd names and odd values, live: what they say holds, and what cannot be is refused before a request meets it.
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

describe("an odd site file", () => {
  const edge = useEdge();
  const origin = useOrigin();

  it("that nobody has checked and that would break at a request serves nothing, and the log says where it is wrong", async () => {
    const redirect = { to: "https://exa mple.com/x" };
    const file = {
      hosts: ["away.test"],
      routes: [
        { id: "a", redirect },
        { id: "b", respond: {} },
      ],
    };
    await edge.putSite(["away.test"], JSON.stringify(file));
    const answer = await edge.client("away.test").get("/");
    expect([answer.status, answer.json().detail]).toEqual([500, expect.stringContaining("is invalid")]);
    const { warnings } = await edge.settled();
    expect(warnings.at(-1)).toMatchObject({
      pattern: "away.test",
      problems: [{ path: "routes[0].redirect.to" }],
    });
  });

  it("may name a parameter, a cookie and a header like a method of every object", async () => {
    const named = { constructor: "x" };
    const client = await edge.site({
      routes: [
        {
          id: "odd",
          match: { any: [{ query: named }, { cookie: named }, { header: named }] },
          respond: { body: "odd" },
        },
        { id: "rest", respond: { body: "plain" } },
      ],
    });
    const told = async (path: string, headers = {}) => (await client.ask(path, { headers })).text;
    expect(await told("/")).toBe("plain");
    expect(await told("/?constructor=y")).toBe("plain");
    expect(await told("/?constructor=x")).toBe("odd");
    expect(await told("/", { cookie: "constructor=x" })).toBe("odd");
    expect(await told("/", { constructor: "x" })).toBe("odd");
  });

  it("gets nothing of such a method where the path leaves the capture out", async () => {
    const client = await edge.site({
      pools: { constructor: { origins: [{ id: "toString", url: origin.url }] } },
      routes: [
        { id: "old", match: { path: "/old/:constructor?" }, redirect: { to: "/new/:constructor" } },
        {
          id: "rest",
          match: { path: "/in/:toString?" },
          rewrite: { path: "/out/:toString", query: { set: { constructor: "1" } } },
          to: "constructor",
        },
      ],
    });
    expect((await client.get("/old")).header("location")).toBe("/new/");
    expect((await client.get("/old/a")).header("location")).toBe("/new/a");
    expect((await client.get("/in")).status).toBe(200);
    expect(origin.last.url).toBe("/out/?constructor=1");
  });
});
