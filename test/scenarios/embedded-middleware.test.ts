import { once } from "node:events";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { useEmbeddingApp } from "../support/embedding-app.ts";
import { afterBody, replies, useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

describe("the middleware of an app around a site", () => {
  const origin = useOrigin(afterBody(replies(["hello"], { "x-from-origin": "1", "content-length": "5" })));
  const app = useEmbeddingApp("embedding-entry.ts", {
    "http://origin-a.invalid": origin,
    "http://origin-b.invalid": origin,
  });
  const basic = { authorization: `Basic ${Buffer.from("u:p").toString("base64")}` };

  describe("may change the response", () => {
    it.each([
      ["/after/x", { "x-after": "1", "x-from-origin": "1" }],
      ["/direct/x", { "x-direct": "1", "x-from-origin": null }],
      ["/before/x", { "x-before": "1", "x-early": "1" }],
      ["/cors/x", { "access-control-allow-origin": "*" }],
      ["/secure/x", { "x-frame-options": "SAMEORIGIN" }],
      ["/nested/deep/x", { "x-nested": "1" }],
      ["/timeout/x", {}],
    ])("%s", async (path, fields) => {
      for (const from of ["an origin", "the cache"]) {
        origin.answers(replies(["hello"], { "x-from-origin": "1", "cache-control": "max-age=60" }));
        const answer = await app.client().get(path);
        expect([from, answer.status, answer.text]).toEqual([from, 200, "hello"]);
        for (const [name, value] of Object.entries(fields)) expect(answer.header(name)).toBe(value);
      }
      expect(origin.seen).toHaveLength(1);
    });

    it("without touching what is stored", async () => {
      origin.answers(replies(["hello"], { "cache-control": "max-age=60", "x-from-origin": "1" }));
      await app.client().get("/direct/kept");
      const again = await app.client().get("/direct/kept");
      expect(again.header("cache-status")).toContain("hit");
      expect(again.header("x-direct")).toBe("1");
    });

    it.each(["/after/gzip", "/direct/gzip", "/before/gzip", "/cors/gzip", "/compress/gzip"])(
      "and a body that the origin has compressed stays as it is: %s",
      async (path) => {
        const bytes = gzipSync("x".repeat(5_000));
        origin.answers(
          (_request, response) =>
            void response
              .writeHead(200, {
                "content-encoding": "gzip",
                "content-type": "text/plain",
                "content-length": bytes.length,
              })
              .end(bytes),
        );
        const { head, body } = await sendRaw(app.url, rawGet(path, "app.test", "Accept-Encoding: gzip\r\n"));
        expect(Buffer.from(body, "latin1")).toEqual(bytes);
        expect(head).toMatch(new RegExp(`^content-length: ${bytes.length}\r?$`, "im"));
      },
    );

    it("by compressing it", async () => {
      origin.answers(replies(["x".repeat(5_000)], { "content-type": "text/plain" }));
      const answer = await app.client().get("/compress/x", { "accept-encoding": "gzip" });
      expect(answer.header("content-encoding")).toBe("gzip");
      expect(String(gunzipSync(answer.bytes))).toBe("x".repeat(5_000));
    });

    it("by reading it and writing another body", async () => {
      expect((await app.client().get("/read-after/x")).text).toBe("HELLO");
    });

    it("by answering 304 to its own ETag", async () => {
      const { headers } = await app.client().get("/etag/x");
      const again = await app.client().get("/etag/x", { "if-none-match": headers.get("etag") ?? "" });
      expect([again.status, again.text]).toEqual([304, ""]);
    });

    it("in the answer to HEAD", async () => {
      const { head } = await sendRaw(app.url, rawGet("/after/head", "app.test").replace(/^GET/, "HEAD"));
      expect(head).toMatch(/^x-after: 1\r?$/im);
      expect(head).toMatch(/^content-length: 5\r?$/im);
    });
  });

  describe("may fail or answer itself after the site has answered", () => {
    it("and the app's onError answers", async () => {
      const answer = await app.client().get("/throws-after/x");
      expect([answer.status, answer.text]).toEqual([500, "app: after the answer"]);
    });

    it("and the body that nobody reads holds nothing up, though it is long and to be stored", async () => {
      origin.answers(replies(["x".repeat(300_000)], { "cache-control": "max-age=60" }));
      expect((await app.client().get("/replaced/x")).text).toBe("mine");
      expect((await app.client().get("/throws-after/y")).status).toBe(500);
      origin.answers(replies(["hello"]));
      expect((await app.client().get("/after/z")).text).toBe("hello");
    });
  });

  describe("may change the request", () => {
    it("by adding a field for the origin", async () => {
      await app.client().get("/adds/x");
      expect(origin.last.headers["x-added"]).toBe("by the app");
    });

    it("and a body that it adds nothing to streams on", async () => {
      await app.client().ask("/adds/x", { method: "POST", body: "content" });
      expect(origin.last).toMatchObject({ method: "POST", body: "content" });
    });

    it("by limiting its body", async () => {
      expect((await app.client().ask("/limit/x", { method: "POST", body: "x".repeat(999) })).status).toBe(
        200,
      );
      expect(origin.last.body).toHaveLength(999);
      expect((await app.client().ask("/limit/x", { method: "POST", body: "x".repeat(1_001) })).status).toBe(
        413,
      );
      expect(origin.seen).toHaveLength(1);
    });
  });

  describe("may read the body before", () => {
    const json = { "content-type": "application/json" };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const binary = new Uint8Array([0xff, 0, 0xfe, 0x80]);
    const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
      app.client().ask(path, { method: "POST", body, headers });

    it.each([
      ["text", "plain text, ümläut", {}],
      ["json", '{ "a" : 1.0, "a": 2 }', json],
      ["buffer", "any", {}],
      ["blob", "any", {}],
      ["form", "a=1&b=%20x&a=2", form],
      ["clone", "any", {}],
    ])("with c.req's %s: the origin gets the same bytes", async (how, body, headers) => {
      expect((await post(`/read/${how}/x`, body, headers)).status).toBe(200);
      expect(origin.last.body).toBe(body);
      expect(origin.last.headers["content-length"]).toBe(String(Buffer.byteLength(body)));
    });

    it.each(["buffer", "blob", "clone"])("with c.req's %s, bytes that are no text", async (how) => {
      let got = Buffer.alloc(0);
      origin.answers(async (request, response) => {
        got = Buffer.concat(await request.toArray());
        response.end("ok");
      });
      expect((await post(`/read/${how}/x`, binary)).status).toBe(200);
      expect(got).toEqual(Buffer.from(binary));
    });

    it.each([
      ["raw", "read past Hono", {}],
      ["locked", "read in part", {}],
      ["form-data", "a=1", form],
      ["text", binary, {}],
      ["text", "\ufefftext with a mark that decoding drops", {}],
    ])("with %s, but what is lost is not invented: %j", async (how, body, headers) => {
      const answer = await post(`/read/${how}/x`, body, headers);
      expect([answer.status, answer.json().title]).toEqual([500, "body-gone"]);
      expect(origin.seen).toEqual([]);
    });

    it("where there is none", async () => {
      for (const how of ["text", "raw", "buffer"]) {
        expect((await app.client().get(`/read/${how}/x`)).text).toBe("hello");
      }
    });
  });

  describe("may guard a path", () => {
    it.each(["/guarded/x", "/pub/inner/x", "/%67uarded/x", "/pub/%69nner/x"])("%s", async (path) => {
      expect((await app.client().get(path)).status).toBe(401);
      expect((await app.client().get(path, basic)).status).toBe(200);
      expect(origin.seen).toHaveLength(1);
    });

    it.each([
      "/pub/../guarded/x",
      "/pub/%2e%2E/guarded/x",
      "/pub//inner/x",
      "//guarded/x",
      "/pub/./inner/x",
      "/./guarded/x",
      "/pub/inner/../inner/x",
      "/pub/x/..",
    ])("and no other spelling reaches the origin as that path: %s", async (target) => {
      const answer = await sendRaw(app.url, rawGet(target, "app.test"));
      expect([401, 400]).toContain(answer.status);
      if (answer.status === 400) expect(answer.body).toContain("path-rerouted");
      expect(origin.seen).toEqual([]);
    });

    it.each(["/slashes/a//b", "/slashes/https://images.test/x.png", "/slashes/x?at=//&up=/../"])(
      "and slashes that the site leaves alone reach the origin as they are: %s",
      async (target) => {
        expect((await sendRaw(app.url, rawGet(target, "app.test"))).status).toBe(200);
        expect(origin.last.url).toBe(target);
      },
    );
  });

  describe("lets a WebSocket through", () => {
    let sockets: WebSocketServer;
    beforeAll(() => {
      sockets = new WebSocketServer({ server: origin.server });
      sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(`echo ${data}`)));
    });
    afterAll(() => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    });

    it.each(["/x", "/after/x", "/direct/x", "/before/x", "/cors/x", "/secure/x", "/nested/deep/x"])(
      "at %s",
      async (path) => {
        const client = new WebSocket(`${app.url.replace("http", "ws")}${path}`);
        await once(client, "open");
        client.send("hi");
        const [said] = await once(client, "message");
        expect(String(said)).toBe("echo hi");
        client.terminate();
      },
    );
  });

  it("may bring a log that fails, which no client notices", async () => {
    expect((await app.client().get("/logs/x")).text).toBe("hello");
    await expect.poll(() => app.complaints.join("\n")).toContain("the log is broken");
  });

  it("leaves no unhandled exception", () => {
    expect(app.complaints.filter((line) => !line.includes("the log is broken"))).toEqual([]);
  });
});
