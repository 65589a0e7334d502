import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { useEmbeddingApp } from "../support/embedding-app.ts";
import { afterBody, replies, useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

const kept = { "cache-control": "max-age=60" };

describe("a site in somebody's Hono app", () => {
  const origin = useOrigin(afterBody(replies(["from a"], { "x-from-origin": "1" })));
  const other = useOrigin(replies(["from b"]));
  const app = useEmbeddingApp(
    "embedding-entry.ts",
    { "http://origin-a.invalid": origin, "http://origin-b.invalid": other },
    () => ({
      "kv.test": JSON.stringify({
        hosts: ["kv.test"],
        pools: { web: { origins: [{ id: "one", url: other.url }] } },
        routes: [{ id: "rest", match: { path: "/texts/*" }, to: "web" }],
      }),
      "broken.test": JSON.stringify({ hosts: ["broken.test"], routes: [] }),
    }),
  );

  it("has the secrets that the app gives, and none if it gives none", async () => {
    expect((await app.client().get("/secrets/a", { "x-key": "forged" })).status).toBe(200);
    expect(origin.last.headers["x-key"]).toBe("of the app");
    expect((await app.client().get("/no-secrets/a")).json()).toMatchObject({ title: "secret-missing" });
  });

  describe("sees the request", () => {
    it("with the full path of the URL, on whatever host", async () => {
      const answer = await app.client("anything.test").get("/fixed/a/b?x=1");
      expect(answer.text).toBe("from a");
      expect(origin.last.url).toBe("/fixed/a/b?x=1");
      expect(origin.last.headers["x-forwarded-host"]).toBe("anything.test");
    });

    it.each(["/nested/deep/x", "/based/x", "/only-get/x"])("with the full path at %s too", async (path) => {
      expect((await app.client().get(path)).text).toBe("from a");
      expect(origin.last.url).toBe(path);
    });

    it("without the prefix only if the app's mount() has removed it", async () => {
      expect((await app.client().get("/mounted/x")).text).toBe("from a");
      expect(origin.last.url).toBe("/x");
    });

    it("with its method and body", async () => {
      const answer = await app.client().ask("/x", { method: "PUT", body: "content" });
      expect(answer.status).toBe(200);
      expect(origin.last).toMatchObject({ method: "PUT", body: "content" });
    });
  });

  describe("answers as on an edge of its own", () => {
    it("by redirect and by a fixed response, without an origin", async () => {
      const moved = await app.client().get("/fixed/old/a?x=1");
      expect([moved.status, moved.header("location")]).toEqual([308, "/fixed/a?x=1"]);
      const tea = await app.client().get("/fixed/tea");
      expect([tea.status, tea.text]).toEqual([418, "tea"]);
      expect(origin.seen).toEqual([]);
    });

    it("with the fields of the edge and of the site's security preset", async () => {
      const answer = await app.client().get("/fixed/x");
      expect(answer.header("via")).toBe("1.1 headgate");
      expect(answer.header("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
      expect(answer.header("x-content-type-options")).toBe("nosniff");
    });

    it("from its cache", async () => {
      origin.answers(replies(["one", "two"]));
      expect((await app.client().get("/stored/x")).text).toBe("one");
      const again = await app.client().get("/stored/x");
      expect(again.text).toBe("one");
      expect(again.header("cache-status")).toContain("headgate; hit");
    });

    it("to a conditional request and to a range, from its cache", async () => {
      origin.answers(replies(["0123456789"], { ...kept, etag: '"v1"' }));
      await app.client().get("/conditional");
      const same = await app.client().get("/conditional", { "if-none-match": '"v1"' });
      expect([same.status, same.text, same.header("etag")]).toEqual([304, "", '"v1"']);
      const part = await app.client().get("/conditional", { range: "bytes=2-4" });
      expect([part.status, part.text, part.header("content-range")]).toEqual([206, "234", "bytes 2-4/10"]);
      expect(origin.seen).toHaveLength(1);
    });

    it("with a body that was compressed by the origin, byte for byte", async () => {
      const bytes = gzipSync("x".repeat(1_000));
      origin.answers((_request, response) => {
        response
          .writeHead(200, { ...kept, "content-encoding": "gzip", "content-length": bytes.length })
          .end(bytes);
      });
      for (const expected of ["fwd", "hit"]) {
        const raw = await sendRaw(app.url, rawGet("/gzip", "app.test", "Accept-Encoding: gzip\r\n"));
        expect(Buffer.from(raw.body, "latin1")).toEqual(bytes);
        expect(raw.head).toMatch(new RegExp(`^cache-status: headgate; ${expected}`, "im"));
        expect(raw.head).toMatch(new RegExp(`^content-length: ${bytes.length}$`, "im"));
      }
    });

    it("while the origin still sends", async () => {
      let finish = () => {};
      origin.answers((_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
        finish = () => response.end("data: 2\n\n");
      });
      const { body } = await app.client().stream("/events");
      const chunks = body[Symbol.asyncIterator]();
      expect(String((await chunks.next()).value)).toBe("data: 1\n\n");
      finish();
      expect(String((await chunks.next()).value)).toBe("data: 2\n\n");
    });

    it("with a log record of its own, after the answer", async () => {
      await app.client().get("/fixed/logged");
      await expect
        .poll(() => app.records("/fixed/logged"))
        .toMatchObject([{ route: "rest", site: "*", status: 200 }]);
      await app.client().get("/named");
      await expect.poll(() => app.records("/named")).toMatchObject([{ route: "rest", site: "all" }]);
    });
  });

  describe("answers HEAD with the length of GET", () => {
    const headOf = async (path: string) => {
      const { head } = await sendRaw(app.url, rawGet(path, "app.test").replace(/^GET/, "HEAD"));
      return Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    };

    it("from an origin", async () => {
      origin.answers((_request, response) => void response.writeHead(200, { "content-length": 7 }).end());
      expect(await headOf("/head")).toBe(7);
      expect(origin.last.method).toBe("HEAD");
    });

    it("from its cache", async () => {
      origin.answers(replies(["0123456789"], { ...kept, "content-length": "10" }));
      await app.client().get("/head/stored");
      expect(await headOf("/head/stored")).toBe(10);
      expect(origin.seen).toHaveLength(1);
    });

    it("for a fixed response and for a refusal", async () => {
      expect(await headOf("/fixed/tea")).toBe(3);
      expect(await headOf("/hosted/x")).toBe((await app.client().get("/hosted/x")).bytes.length);
    });
  });

  describe("refuses as on an edge of its own", () => {
    it.each([
      ["/%zz", 400, "bad-path-encoding"],
      ["/a%2Fb", 400, "path-refused"],
      ["/.headgate/health", 404, "reserved-path"],
    ])("%s with %i %s, as a problem document, past the app's onError", async (path, status, reason) => {
      const answer = await app.client().get(path);
      expect(answer.status).toBe(status);
      expect(answer.header("content-type")).toBe("application/problem+json");
      expect(answer.json()).toMatchObject({ title: reason, requestId: answer.header("x-request-id") });
    });

    it("a host that it does not serve, without a word about what refuses", async () => {
      const answer = await app.client().get("/hosted/x");
      expect([answer.status, answer.header("proxy-status")]).toEqual([404, null]);
      expect(answer.json()).toMatchObject({ type: "about:blank", requestId: answer.header("x-request-id") });
    });

    it("an origin that is down", async () => {
      origin.answers((request) => void request.socket.destroy());
      const answer = await app.client().get("/down");
      expect([answer.status, answer.json().title]).toEqual([502, "origin-unreachable"]);
    });
  });

  describe("leaves to the app", () => {
    it("its other routes", async () => {
      expect((await app.client().get("/mine")).text).toBe("my own");
      expect(origin.seen).toEqual([]);
    });

    it("the methods that the handler is not registered for", async () => {
      expect((await app.client().ask("/only-get/x", { method: "POST", body: "x" })).text).toBe("not here");
      expect(origin.seen).toEqual([]);
    });
  });

  describe("with hosts", () => {
    it.each(["shop.test", "a.shop.test"])("serves %s", async (host) => {
      expect((await app.client(host).get("/hosted/x")).text).toBe("from a");
    });

    it.each(["other.test", "xshop.test"])("does not serve %s", async (host) => {
      expect((await app.client(host).get("/hosted/x")).json().detail).toMatch(/^No site is served/);
      expect(origin.seen).toEqual([]);
    });
  });

  describe("beside another", () => {
    it("shares no response with it, though both sites look the same to a client", async () => {
      expect((await app.client().get("/same/x")).text).toBe("from a");
      expect((await app.client().get("/same/x", { "x-who": "b" })).text).toBe("from b");
      expect((await app.client().get("/same/x")).text).toBe("from a");
      expect([origin.seen.length, other.seen.length]).toEqual([1, 1]);
    });

    it("shares no flight with it", async () => {
      let finish = () => {};
      origin.answers((_request, response) => {
        finish = () => response.end("slow a");
      });
      const slow = app.client().get("/same/flight");
      await expect.poll(() => origin.seen.length).toBe(1);
      expect((await app.client().get("/same/flight", { "x-who": "b" })).text).toBe("from b");
      finish();
      expect((await slow).text).toBe("slow a");
    });
  });

  describe("read from a store of texts", () => {
    it("is found by host", async () => {
      expect((await app.client("kv.test").get("/texts/x")).text).toBe("from b");
      expect((await app.client("kv.test").get("/texts/x")).status).toBe(200);
      await expect
        .poll(() => app.records("/texts/x"))
        .toMatchObject([{ site: "kv.test" }, { site: "kv.test" }]);
    });

    it("is refused if it is invalid or absent", async () => {
      expect((await app.client("broken.test").get("/texts/x")).json().detail).toMatch(/is invalid/);
      expect((await app.client("nobody.test").get("/texts/x")).json().detail).toMatch(/^No site is served/);
    });
  });

  it("leaves no unhandled exception", () => {
    const told = app.complaints.filter((line) => !line.includes("the stored site is invalid"));
    expect(told).toEqual([]);
  });
});
