import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";

const REFRESH_MS = 10_000;
const EXPIRE_MS = 60_000;
const site = (body: string, hosts: string[]) => ({ hosts, routes: [{ id: "rest", respond: { body } }] });

describe("sites", () => {
  const edge = useEdge();
  const saying = (body: string, ...hosts: string[]) => edge.site(site(body, hosts));
  const text = async (host: string) => (await edge.client(host).get("/")).text;

  it("answer under each of their hosts, the most specific first", async () => {
    await saying("exact", "www.order.test", "order.test");
    await saying("wildcard", "*.order.test");
    await saying("nested", "*.eu.order.test");
    expect(await text("order.test")).toBe("exact");
    expect(await text("www.order.test")).toBe("exact");
    expect(await text("img.order.test")).toBe("wildcard");
    expect(await text("a.b.c.order.test")).toBe("wildcard");
    expect(await text("de.eu.order.test")).toBe("nested");
    expect(await text("WWW.Order.Test.")).toBe("exact");
  });

  it("answer 404 where none serves the host, and tell a stranger nothing of the tools", async () => {
    const answer = await edge.client("nobody.invalid").get("/page");
    expect(answer.status).toBe(404);
    expect(answer.header("content-type")).toBe("application/problem+json");
    expect(answer.json()).toEqual({
      type: "about:blank",
      status: 404,
      detail: "No site is served under the name nobody.invalid.",
      requestId: answer.header("x-request-id"),
    });
    const told = ["cache-control", "content-type", "date", "vary", "x-request-id", "transfer-encoding"];
    const ofSecurity = ["referrer-policy", "x-content-type-options", "x-frame-options"];
    const framing = ["connection", "content-length", "keep-alive"];
    for (const name of answer.headers.keys()) expect([...told, ...ofSecurity, ...framing]).toContain(name);
    expect(await edge.record("/page")).toMatchObject({
      refusal: "no-site",
      host: "nobody.invalid",
      site: null,
    });
  });

  it("change behind the requests' backs, without a restart", async () => {
    const client = await saying("v1", "changing.test");
    expect((await client.get("/")).text).toBe("v1");
    await saying("v2", "changing.test");
    expect((await client.get("/")).text).toBe("v1");
    await edge.advance(REFRESH_MS);
    expect((await client.get("/")).text).toBe("v1");
    await edge.settled();
    expect((await client.get("/")).text).toBe("v2");
  });

  it("are read before they are used after a long sleep", async () => {
    const client = await saying("v1", "sleeping.test");
    await client.get("/");
    await saying("v2", "sleeping.test");
    await edge.advance(EXPIRE_MS);
    expect((await client.get("/")).text).toBe("v2");
  });

  it("stay as they were when the store holds something invalid, and a log line says so", async () => {
    const client = await saying("good", "mangled.test");
    await client.get("/");
    await edge.putSite(["mangled.test"], '{"hosts": ["mangled.test"], "routes": "all"}');
    await edge.advance(EXPIRE_MS);
    expect((await client.get("/")).text).toBe("good");
    const { warnings } = await edge.control({});
    expect(warnings.at(-1)).toMatchObject({
      message: "the stored site is invalid; the last good one stays in use, if there is one",
      pattern: "mangled.test",
      problems: [{ path: "routes" }],
    });
  });

  it("that were never valid answer 500, and the one next door is unharmed", async () => {
    await edge.putSite(["broken.test"], "{ not JSON");
    await saying("fine", "fine.test");
    const answer = await edge.client("broken.test").get("/");
    expect(answer.json()).toMatchObject({ type: "about:blank", status: 500 });
    expect((await edge.record("/"))?.refusal).toBe("site-invalid");
    expect(answer.text).not.toContain("JSON");
    expect(await text("fine.test")).toBe("fine");

    await saying("mended", "broken.test");
    await edge.advance(1_000);
    expect(await text("broken.test")).toBe("mended");
  });

  it("outlive their store: those that were read answer on, others 503", async () => {
    await saying("here", "here.test");
    await saying("unread", "unread.test");
    expect(await text("here.test")).toBe("here");
    await edge.control({ sitesAreDown: true });
    await edge.advance(EXPIRE_MS);
    expect(await text("here.test")).toBe("here");
    const answer = await edge.client("unread.test").get("/");
    expect([answer.status, answer.json().type, answer.header("retry-after")]).toEqual([
      503,
      "about:blank",
      "10",
    ]);

    await edge.control({ sitesAreDown: false });
    await edge.advance(1_000);
    expect(await text("unread.test")).toBe("unread");
  });

  it("are gone once deleted", async () => {
    const client = await saying("here", "deleted.test");
    expect((await client.get("/")).status).toBe(200);
    await edge.control({ sites: { "deleted.test": null } });
    await edge.advance(EXPIRE_MS);
    const answer = await client.get("/");
    expect([answer.status, (await edge.record("/"))?.refusal]).toEqual([404, "no-site"]);
  });

  it("are there for a hundred first requests at once", async () => {
    await saying("crowded", "crowded.test");
    const texts = await Promise.all(Array.from({ length: 100 }, () => text("crowded.test")));
    expect(new Set(texts)).toEqual(new Set(["crowded"]));
  });

  it("do not mind a thousand hosts that somebody makes up, nor one that is no host", async () => {
    const client = await saying("here", "minding.test");
    for (let host = 0; host < 1_000; host += 50) {
      const asked = Array.from({ length: 50 }, (_, at) =>
        client.get("/", { host: `h${host + at}.made-up.invalid` }),
      );
      const statuses = (await Promise.all(asked)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([404]));
    }
    expect((await client.get("/", { host: `${"x".repeat(300)}.invalid` })).status).toBeGreaterThanOrEqual(
      400,
    );
    expect((await client.get("/")).text).toBe("here");
  });
});
