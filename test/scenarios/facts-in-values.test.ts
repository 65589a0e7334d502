// Values that a site writes ask for facts of the request: what the origin and the client then see.
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

describe("facts in values", () => {
  const edge = useEdge();
  const origin = useOrigin();

  it("reach the origin in fields and in the query", async () => {
    const client = await edge.site({
      hosts: ["facts.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        {
          id: "user",
          match: { path: "/users/:id/*" },
          rewrite: { path: "/v2/*", query: { set: { user: ":id", from: "${client.ip}" } } },
          headers: {
            request: {
              set: {
                "x-real-ip": "${client.ip}",
                "x-user": "u-:id",
                "x-url": "${scheme}://${host}${path}?${query}",
                "x-country": "${client.country}",
                "x-id": "${request.id}",
                "x-times": "12:30 :other $${x}",
              },
            },
          },
          to: "web",
        },
      ],
    });
    const answer = await client.get("/users/J%c3%b6rg%20&admin=1/a,b?x=1,2", {
      "x-country": "US",
      "x-real-ip": "6.6.6.6",
    });
    expect(origin.last.url).toBe("/v2/a,b?x=1,2&user=J%C3%B6rg%20%26admin%3D1&from=127.0.0.1");
    expect(origin.last.headers).toMatchObject({
      "x-real-ip": "127.0.0.1",
      "x-user": "u-J%C3%B6rg%20&admin=1",
      "x-url": "http://facts.test/users/J%C3%B6rg%20&admin=1/a%2Cb?x=1%2C2",
      "x-times": "12:30 :other ${x}",
    });
    expect(origin.last.headers["x-country"]).toBeUndefined();
    expect(origin.last.headers["x-id"]).toBe(answer.header("x-request-id"));
  });

  it("are each client's own on an answer from the cache, and are not stored", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      trustedProxies: ["127.0.0.0/8"],
      routes: [
        {
          id: "page",
          match: { path: "/:page" },
          headers: { response: { set: { "x-you": "${client.ip}", "x-page": ":page" } } },
          cache: { ttl: "1h" },
          to: "web",
        },
      ],
    });
    origin.answers((_request, response) => void response.end("page"));
    const first = await client.get("/a", { "x-forwarded-for": "192.0.2.1" });
    await edge.settled();
    const second = await client.get("/a", { "x-forwarded-for": "192.0.2.2" });
    expect([first.header("x-you"), second.header("x-you"), second.header("x-page")]).toEqual([
      "192.0.2.1",
      "192.0.2.2",
      "a",
    ]);
    expect(second.header("cache-status")).toContain("hit");
    expect(origin.seen).toHaveLength(1);
  });

  it("are filled in on answers of the edge's own, and end no attribute of a cookie", async () => {
    const client = await edge.site({
      routes: [
        {
          id: "hello",
          match: { path: "/hello/:name" },
          respond: {
            headers: { "set-cookie": "name=:name; HttpOnly", "x-list": ":name, edge" },
            body: "hello",
          },
        },
      ],
    });
    for (const [name, seen] of [
      ["ann", "ann"],
      ["x;Domain=evil.test", "x%3BDomain=evil.test"],
      ["a,admin", "a%2Cadmin"],
      ["a%22b%3cc", "a%22b%3Cc"],
    ]) {
      const answer = await client.get(`/hello/${name}`);
      expect(answer.cookies).toEqual([`name=${seen}; HttpOnly`]);
      expect(answer.header("x-list")).toBe(`${seen}, edge`);
    }
    for (const name of ["a%0d%0aSet-Cookie:%20b=1", "a%00"])
      expect((await client.get(`/hello/${name}`)).status).toBe(400);
  });

  it("end no line, also where the route lets control characters through", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        {
          id: "all",
          allowInPath: ["control", "backslash", "encoded-slash"],
          headers: {
            request: { set: { "x-rest": "${path.*}" } },
            response: { set: { "x-path": "${path}" } },
          },
          to: "web",
        },
      ],
    });
    const answer = await client.get("/a%0d%0aX-Evil:%201/%00/b%5cc%2fd");
    expect(origin.last.headers["x-rest"]).toBe("a%0D%0AX-Evil:%201/%00/b%5Cc%2Fd");
    expect(origin.last.headers["x-evil"]).toBeUndefined();
    expect(answer.header("x-path")).toBe("/a%0D%0AX-Evil:%201/%00/b%5Cc%2Fd");
  });
});
