// A change makes what is stored worthless (RFC 9111 §4.4): for its own URL in all variants, for the URLs that the answer
// names on the same host, and for answers that were on their way already.
import { describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";

const FRESH = { "cache-control": "max-age=600" };

describe("an unsafe method", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  let sites = 0;

  async function aSite(cache: object = {}): Promise<{ host: string; client: EdgeClient }> {
    const host = `change-${++sites}.test`;
    const client = await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", cache }],
    });
    return { host, client };
  }

  /** Its pages are numbered as they are sent; any other method is answered as told. */
  function answers(status: number, headers: Record<string, string> = {}): void {
    let page = 0;
    origin.answers((request, response) => {
      if (request.method !== "GET") return void response.writeHead(status, headers).end();
      response.writeHead(200, { ...FRESH, vary: "x-lang" }).end(`page ${++page}`);
    });
  }

  async function get(
    client: EdgeClient,
    path = "/page",
    headers: Record<string, string> = {},
  ): Promise<string> {
    const { text } = await client.get(path, headers);
    await edge.settled();
    return text;
  }

  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    it(`invalidates the URL in all its variants: ${method}`, async () => {
      const { client } = await aSite();
      answers(204);
      expect(await get(client, "/page", { "x-lang": "de" })).toBe("page 1");
      expect(await get(client, "/page", { "x-lang": "fr" })).toBe("page 2");
      expect(await get(client, "/other")).toBe("page 3");
      expect((await client.ask("/page", { method, ...(method !== "DELETE" && { body: "x" }) })).status).toBe(
        204,
      );
      expect(await get(client, "/page", { "x-lang": "de" })).toBe("page 4");
      expect(await get(client, "/page", { "x-lang": "fr" })).toBe("page 5");
      expect(await get(client, "/other")).toBe("page 3");
    });
  }

  it("invalidates by a redirect after POST too", async () => {
    const { client } = await aSite();
    answers(303, { location: "/elsewhere" });
    await get(client);
    await client.ask("/page", { method: "POST", body: "x" });
    expect(await get(client)).toBe("page 2");
  });

  for (const status of [400, 403, 404, 409, 500, 503]) {
    it(`that fails leaves it in place: ${status}`, async () => {
      const { client } = await aSite();
      answers(status);
      await get(client);
      await client.ask("/page", { method: "POST", body: "x" });
      expect(await get(client)).toBe("page 1");
    });
  }

  it("leaves it in place where it is safe: OPTIONS", async () => {
    const { client } = await aSite();
    answers(204);
    await get(client);
    await client.ask("/page", { method: "OPTIONS" });
    expect(await get(client)).toBe("page 1");
  });

  const NAMED: readonly [
    what: string,
    header: string,
    value: (host: string) => string,
    invalidated: boolean,
  ][] = [
    ["Location as a path", "location", () => "/named", true],
    ["Location relative to the URL", "location", () => "named", true],
    ["Location as a URL of the same host", "location", (host) => `http://${host}/named`, true],
    ["Content-Location", "content-location", () => "/named", true],
    ["Location on another host", "location", () => "http://other.test/named", false],
    ["Location under another scheme", "location", (host) => `https://${host}/named`, false],
    ["Location on another port", "location", (host) => `http://${host}:8080/named`, false],
  ];
  for (const [what, header, value, invalidated] of NAMED) {
    it(`${invalidated ? "invalidates" : "leaves alone"} what the answer names: ${what}`, async () => {
      const { client, host } = await aSite();
      answers(201, { [header]: value(host) });
      await get(client, "/named");
      await client.ask("/page", { method: "POST", body: "x" });
      expect(await get(client, "/named")).toBe(invalidated ? "page 2" : "page 1");
    });
  }

  it("cannot empty another site's cache", async () => {
    const [mine, theirs] = [await aSite(), await aSite()];
    answers(201, { location: `http://${theirs.host}/page` });
    await get(theirs.client);
    await mine.client.ask("/page", { method: "POST", body: "x" });
    expect(await get(theirs.client)).toBe("page 1");
  });

  it("goes by the key of the route that a GET takes", async () => {
    const { client } = await aSite({ key: { query: { only: ["id"] } } });
    answers(204);
    await get(client, "/page?id=1&utm=mail");
    await client.ask("/page?utm=other&id=1", { method: "POST", body: "x" });
    expect(await get(client, "/page?id=1")).toBe("page 2");
  });

  describe("while a GET is on its way", () => {
    it("keeps the GET's answer, which is older, out of the store", async () => {
      const { client, host } = await aSite();
      const asked = aGate();
      const answered = aGate();
      let page = "old";
      origin.answers(async (request, response) => {
        if (request.method === "POST") return void response.writeHead(204).end();
        const body = page;
        asked.open();
        if (body === "old") await answered.opened;
        response.writeHead(200, FRESH).end(body);
      });
      const slow = client.get("/page");
      await asked.opened;
      page = "new";
      await edge.client(host).ask("/page", { method: "POST", body: "x" });
      answered.open();
      expect((await slow).text).toBe("old"); // asked before the change
      expect(await get(client)).toBe("new");
      expect(await get(client)).toBe("new");
      expect(origin.seen).toHaveLength(3);
    });

    it("keeps out a body that was still coming when the change was made", async () => {
      const { client, host } = await aSite();
      const rest = aGate();
      let page = "old";
      origin.answers(async (request, response) => {
        if (request.method === "POST") return void response.writeHead(204).end();
        const body = page;
        response.writeHead(200, FRESH).write(`${body}, `);
        if (body === "old") await rest.opened;
        response.end("to the end");
      });
      const streaming = await client.stream("/page");
      page = "new";
      await edge.client(host).ask("/page", { method: "POST", body: "x" });
      rest.open();
      expect(await streaming.body.text()).toBe("old, to the end");
      await edge.settled();
      expect(await get(client)).toBe("new, to the end");
    });

    it("has whoever asks afterwards not wait for it", async () => {
      const { client, host } = await aSite();
      const asked = aGate();
      const answered = aGate();
      let page = "old";
      origin.answers(async (request, response) => {
        if (request.method === "POST") return void response.writeHead(204).end();
        const body = page;
        asked.open();
        if (body === "old") await answered.opened;
        response.writeHead(200, FRESH).end(body);
      });
      const slow = client.get("/page");
      await asked.opened;
      page = "new";
      const other = edge.client(host);
      await other.ask("/page", { method: "POST", body: "x" });
      expect((await other.get("/page")).text).toBe("new"); // while the old one is not there yet
      answered.open();
      expect((await slow).text).toBe("old");
      expect(await get(client)).toBe("new");
    });

    it("keeps a background refresh that began before it out of the store", async () => {
      const { client, host } = await aSite({ staleWhileRevalidate: "1h" });
      const refreshing = aGate();
      const refreshed = aGate();
      let page = "first";
      origin.answers(async (request, response) => {
        if (request.method === "POST") return void response.writeHead(204).end();
        const body = page;
        if (body === "refreshed") {
          refreshing.open();
          await refreshed.opened;
        }
        response.writeHead(200, FRESH).end(body);
      });
      await get(client);
      await edge.advance(700_000);
      page = "refreshed";
      expect((await client.get("/page")).text).toBe("first");
      await refreshing.opened;
      page = "new";
      await edge.client(host).ask("/page", { method: "POST", body: "x" });
      refreshed.open();
      await edge.settled();
      expect(await get(client)).toBe("new");
    });
  });
});
