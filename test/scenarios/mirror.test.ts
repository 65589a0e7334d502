// Copies of requests for another pool. What is asked for here is what Traefik asks of its mirroring service (pkg/server/service/
// loadbalancer/mirror/mirror_test.go: shares, bodies up to a size, a mirror that hangs or breaks is of no consequence), Envoy of
// request_mirror_policies (shadow_policy tests: only a share, the answer is thrown away, a failing shadow cluster is
// counted) and nginx of `mirror` (nginx-tests: mirror.t, mirror_proxy.t: the body is mirrored, the answer ignored).
import http from "node:http";
import type net from "node:net";
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { afterBody, deadUrl, replies, useOrigin } from "../support/origin.ts";

describe("a mirror", () => {
  const edge = useEdge({ TEST_KEEPERS: "1" });
  const origin = useOrigin(afterBody((_request, response, { body }) => void response.end(`origin ${body}`)));
  const shadow = useOrigin(afterBody((_request, response) => void response.writeHead(500).end("shadow")));

  const site = (mirror: object = {}, route: object = { cache: "off" }, shadowUrl = shadow.url) =>
    edge.site({
      pools: {
        web: { origins: [{ id: "a", url: origin.url }] },
        shadow: { origins: [{ id: "s", url: shadowUrl }], timeout: { firstByte: "300ms" } },
      },
      routes: [{ id: "all", to: "web", mirror: { to: "shadow", ...mirror }, ...route }],
    });

  it("gets the same request with a mark, and its answer reaches nobody", async () => {
    const client = await site();
    const answer = await client.get("/page?q=1", {
      "x-a": "1",
      cookie: "c=1",
      "x-headgate-mirror": "forged",
      x_headgate_mirror: "forged",
      "x-headgate_mirror": "forged",
    });
    await edge.settled();
    expect([answer.status, answer.text, answer.header("proxy-status")]).toEqual([200, "origin ", null]);
    expect([origin.seen.length, shadow.seen.length]).toEqual([1, 1]);
    const { host: _own, ...copied } = shadow.last.headers;
    const { host: _other, ...asked } = origin.last.headers;
    expect(shadow.last.url).toBe("/page?q=1");
    expect(copied).toEqual({ ...asked, "x-headgate-mirror": "1" });
    expect(Object.keys(asked).filter((field) => /mirror/.test(field))).toEqual([]);
    expect(await edge.record("/page")).toMatchObject({ origin: "a", attempts: ["a 200"], status: 200 });
  });

  it("gets the share that the route names", async () => {
    const client = await site({ share: "5%" });
    await client.get("/"); // whatever is read of the site is read by now
    await edge.settled();
    shadow.seen = [];
    for (const random of [0.049, 0.05, 0.9]) {
      await edge.control({ randoms: [random] });
      await client.get(`/${random}`);
    }
    await edge.settled();
    expect(shadow.seen.map(({ url }) => url)).toEqual(["/0.049"]);
  });

  it("gets what goes to the origin, and no hits", async () => {
    origin.answers((_request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60" }).end("page");
    });
    const client = await site({}, {});
    for (let time = 0; time < 3; time++) {
      await client.get("/cached");
      await edge.settled();
    }
    expect([origin.seen.length, shadow.seen.length]).toEqual([1, 1]);
  });

  it("does not make the client wait when it hangs, trickles for ever or is not there", async () => {
    const hangs = () => {};
    const trickles = (_request: http.IncomingMessage, response: http.ServerResponse) => {
      response.writeHead(200).write("and ");
      const more = setInterval(() => response.write("on "), 20);
      response.on("close", () => clearInterval(more));
    };
    for (const answering of [hangs, trickles]) {
      shadow.answers(answering);
      const client = await site();
      expect((await client.get("/")).text).toBe("origin ");
      expect((await edge.settled()).pendingWork).toBe(0); // the answer is cancelled, or has timed out
    }
    const client = await site({}, { cache: "off" }, await deadUrl());
    expect((await client.get("/")).text).toBe("origin ");
    await edge.settled();
    expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
  });

  it("is asked once, whatever comes of it, and the answer's connection is closed at once", async () => {
    const closed = aGate();
    shadow.answers((_request, response) => {
      response.on("close", () => closed.open());
      response.writeHead(503, { "content-length": "1000000" }).write("much");
    });
    await (await site()).get("/");
    await closed.opened;
    await edge.settled();
    expect(shadow.seen).toHaveLength(1);
  });

  describe("of requests with a body", () => {
    const post = (client: Awaited<ReturnType<typeof site>>, body: string, method = "POST") =>
      client.ask("/form", { method, body });

    it("gets no POST unless the route says so", async () => {
      expect((await post(await site(), "order")).text).toBe("origin order");
      expect((await post(await site({ nonIdempotent: true }), "order")).text).toBe("origin order");
      await edge.settled();
      expect(shadow.seen.map(({ method, body }) => [method, body])).toEqual([["POST", "order"]]);
      expect(origin.seen.map(({ body }) => body)).toEqual(["order", "order"]);
    });

    it("gets a PUT, whose body is sent to both", async () => {
      const body = "x".repeat(50_000);
      expect((await post(await site(), body, "PUT")).text).toBe(`origin ${body}`);
      await edge.settled();
      expect(shadow.last.body).toBe(body);
      expect(shadow.last.headers["content-length"]).toBe("50000");
    });

    it("gets none that is longer than it takes, or of no declared length", async () => {
      const client = await site({ maxBody: "10B" });
      expect((await post(client, "eleven bytes", "PUT")).text).toBe("origin eleven bytes");
      const stream = (async function* () {
        yield "short";
      })();
      const { Readable } = await import("node:stream");
      const chunked = await client.ask("/form", { method: "PUT", body: Readable.from(stream) });
      expect(chunked.text).toBe("origin short");
      await edge.settled();
      expect(shadow.seen).toEqual([]);
    });

    it("gets none that the client does not complete", async () => {
      const host = "mirror-cut.test";
      await edge.site({
        hosts: [host],
        pools: {
          web: { origins: [{ id: "a", url: origin.url }] },
          shadow: { origins: [{ id: "s", url: shadow.url }] },
        },
        routes: [{ id: "all", to: "web", cache: "off", mirror: { to: "shadow" } }],
      });
      const sent = aGate();
      const request = http.request(`${edge.url}/form`, {
        method: "PUT",
        headers: { host, "content-length": "100" },
      });
      request.on("error", () => {});
      request.on("socket", (socket: net.Socket) => void socket.on("close", () => sent.open()));
      request.write("half");
      setTimeout(() => request.destroy(), 100);
      await sent.opened;
      await edge.settled();
      expect(shadow.seen).toEqual([]);
    });
  });

  it("gets no more than so many at a time", async () => {
    const open = aGate();
    shadow.answers(async (_request, response) => {
      await open.opened;
      response.end();
    });
    const client = await edge.site({
      pools: {
        web: { origins: [{ id: "a", url: origin.url }] },
        shadow: { origins: [{ id: "s", url: shadow.url }] },
      },
      routes: [{ id: "all", to: "web", cache: "off", mirror: { to: "shadow" } }],
    });
    for (let time = 0; time < 20; time++) expect((await client.get("/")).status).toBe(200);
    await edge.until("the copies are there", () => shadow.seen.length === 16);
    expect(origin.seen).toHaveLength(20);
    open.open();
    await edge.settled();
    shadow.answers(replies(["done"]));
    await client.get("/again");
    await edge.settled();
    expect([shadow.seen.length, shadow.last.url]).toEqual([17, "/again"]);
  });
});
