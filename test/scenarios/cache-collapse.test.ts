// Many clients at once, one request to the origin: where that may be, and where everyone has to ask for themselves.
import { afterEach, describe, expect, it } from "vitest";
import type { Answer, Asking, EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aGate, type Gate } from "../support/gate.ts";
import { type Answering, useOrigin } from "../support/origin.ts";

const CROWD = 30;
const MIB = 1_048_576;

describe("concurrent requests for one key", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  let sites = 0;

  afterEach(() => edge.control({ longestWaitMs: null }));

  /** A site of its own, and as many clients of it. */
  async function crowd(count: number, cache: object = {}): Promise<EdgeClient[]> {
    const host = `crowd-${++sites}.test`;
    await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", cache, to: "web" }],
    });
    return Array.from({ length: count }, () => edge.client(host));
  }

  /** All ask at once; the origin is held back until the edge has them all. */
  async function rush(
    clients: readonly EdgeClient[],
    gate: Gate,
    asking: (at: number) => Asking & { path?: string } = () => ({}),
  ): Promise<Answer[]> {
    const answers = clients.map((client, at) => client.ask(asking(at).path ?? "/", asking(at)));
    await edge.until("all are at the edge", ({ inFlight }) => inFlight === clients.length);
    gate.open();
    return Promise.all(answers);
  }

  /** Its n-th answer is `answer n`, as soon as the gate is open. */
  function numbered(gate: Gate, headers: Record<string, string>, status = 200): Answering {
    let count = 0;
    return async (_request, response) => {
      const n = ++count;
      await gate.opened;
      response.writeHead(status, headers).end(`answer ${n}`);
    };
  }

  const FRESH = { "cache-control": "max-age=60" };
  const distinct = (answers: readonly Answer[]) => new Set(answers.map(({ text }) => text)).size;
  const collapsed = (answers: readonly Answer[]) =>
    answers.filter((answer) => answer.header("cache-status")?.includes("collapsed")).length;

  it("is one request to the origin, and all get its bytes", async () => {
    const clients = await crowd(CROWD);
    const gate = aGate();
    origin.answers(numbered(gate, FRESH));
    const answers = await rush(clients, gate);
    expect(answers.map(({ text }) => text)).toEqual(Array(CROWD).fill("answer 1"));
    expect(origin.seen).toHaveLength(1);
    const told = answers.map((answer) => answer.header("cache-status")).sort();
    expect(told).toEqual([
      ...Array(CROWD - 1).fill("headgate; fwd=uri-miss; collapsed"),
      "headgate; fwd=uri-miss; fwd-status=200; stored",
    ]);
    const { records } = await edge.settled();
    const ours = records.filter(({ host }) => host === `crowd-${sites}.test`);
    expect(ours.map((record) => record.origin).filter((id) => id === null)).toHaveLength(CROWD - 1);
    expect((await clients[0]?.get("/"))?.header("cache-status")).toMatch(/^headgate; hit/);
  });

  it("is answered for the others when the leader's client has hung up", async () => {
    const [leader, ...others] = await crowd(10);
    const gate = aGate();
    const asked = aGate();
    const answering = numbered(gate, FRESH);
    origin.answers((...exchange) => {
      asked.open();
      return answering(...exchange);
    });
    const left = leader?.get("/").catch(() => "hung up");
    await asked.opened;
    await leader?.close();
    expect(await left).toBe("hung up");
    const waiting = others.map((client) => client.get("/"));
    await edge.until("all are at the edge", ({ inFlight }) => inFlight >= others.length);
    gate.open();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ text }) => text)).toEqual(Array(9).fill("answer 1"));
    expect(origin.seen).toHaveLength(1);
  });

  const UNSHARED: readonly [why: string, headers: Record<string, string>][] = [
    ["private", { "cache-control": "private, max-age=60" }],
    ["no-store", { "cache-control": "no-store" }],
    ["set-cookie", { "cache-control": "max-age=60", "set-cookie": "session=1" }],
    ["vary-star", { "cache-control": "max-age=60", vary: "*" }],
  ];
  for (const [why, headers] of UNSHARED) {
    it(`shares nothing that is ${why}: each gets an answer of their own, and the second crowd does not queue`, async () => {
      const clients = await crowd(10);
      const first = aGate();
      origin.answers(numbered(first, headers));
      const answers = await rush(clients, first);
      expect(distinct(answers)).toBe(10);
      expect(collapsed(answers)).toBe(0);
      expect(answers[0]?.header("cache-status")).toContain(`detail=${why}`);

      // The origin answers nobody until it has seen all ten: with a queue at the edge that would never come.
      origin.seen = [];
      const allHere = aGate();
      let count = 0;
      origin.answers(async (_request, response) => {
        if (++count === 10) allHere.open();
        await allHere.opened;
        response.writeHead(200, headers).end("hello");
      });
      await Promise.all(clients.map((client) => client.get("/")));
      expect(origin.seen).toHaveLength(10);
    });
  }

  it("is led by another when the leader fails, and by nobody after the second failure", async () => {
    const clients = await crowd(10);
    const gate = aGate();
    let count = 0;
    origin.answers(async (request, response) => {
      const n = ++count;
      await gate.opened;
      if (n <= 2) request.socket.resetAndDestroy();
      else response.writeHead(200, FRESH).end(`answer ${n}`);
    });
    const answers = await rush(clients, gate);
    expect(answers.filter(({ status }) => status === 502)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(8);
    expect(origin.seen).toHaveLength(10);
  });

  it("is led by another when the leader fails, and answered by that one for all others", async () => {
    const clients = await crowd(10);
    const gate = aGate();
    let count = 0;
    origin.answers(async (request, response) => {
      const n = ++count;
      await gate.opened;
      if (n === 1) request.socket.resetAndDestroy();
      else response.writeHead(200, FRESH).end(`answer ${n}`);
    });
    const answers = await rush(clients, gate);
    expect(answers.filter(({ status }) => status === 502)).toHaveLength(1);
    expect(answers.filter(({ text }) => text === "answer 2")).toHaveLength(9);
    expect(origin.seen).toHaveLength(2);
  });

  it("keeps on collapsing after an origin's 503, which the next request may not get", async () => {
    const clients = await crowd(10);
    const failing = aGate();
    origin.answers(numbered(failing, {}, 503));
    await rush(clients, failing);
    origin.seen = [];
    const gate = aGate();
    origin.answers(numbered(gate, FRESH));
    await rush(clients, gate);
    expect(origin.seen).toHaveLength(1);
  });

  it("leaves whoever needs another variant to ask for it", async () => {
    const clients = await crowd(10);
    const gate = aGate();
    origin.answers(async (request, response) => {
      await gate.opened;
      const language = request.headers["accept-language"];
      response.writeHead(200, { ...FRESH, vary: "accept-language" }).end(`in ${language}`);
    });
    const answers = await rush(clients, gate, (at) => ({
      headers: { "accept-language": at === 9 ? "fr" : "de" },
    }));
    expect(answers.map(({ text }) => text)).toEqual([...Array(9).fill("in de"), "in fr"]);
    expect(origin.seen.map(({ headers }) => headers["accept-language"]).toSorted()).toEqual(["de", "fr"]);
  });

  it("lets nobody wait for a variant that the route keeps apart", async () => {
    const clients = await crowd(2, { key: { cookie: ["ab"] } });
    const bothHere = aGate();
    let count = 0;
    origin.answers(async (request, response) => {
      if (++count === 2) bothHere.open();
      await bothHere.opened;
      response.writeHead(200, FRESH).end(`for ${request.headers.cookie}`);
    });
    const answers = await Promise.all(clients.map((client, at) => client.get("/", { cookie: `ab=${at}` })));
    expect(answers.map(({ text }) => text)).toEqual(["for ab=0", "for ab=1"]);
  });

  it("is not for bodies over the limit: everyone streams their own", async () => {
    const clients = await crowd(4);
    const gate = aGate();
    const large = Buffer.alloc(MIB + 1, "x");
    origin.answers(async (_request, response) => {
      await gate.opened;
      response.writeHead(200, FRESH).end(large);
    });
    const answers = await rush(clients, gate);
    expect(answers.map(({ bytes }) => bytes.length)).toEqual(Array(4).fill(MIB + 1));
    expect(collapsed(answers)).toBe(0);
    expect(origin.seen).toHaveLength(4);
  });

  it("is not for HEAD, parts and conditional requests", async () => {
    for (const asking of [
      { method: "HEAD" },
      { headers: { range: "bytes=0-1" } },
      { headers: { "if-none-match": '"x"' } },
    ]) {
      const clients = await crowd(2);
      const bothHere = aGate();
      let count = 0;
      origin.answers(async (_request, response) => {
        if (++count === 2) bothHere.open();
        await bothHere.opened;
        response.writeHead(200, FRESH).end("hello");
      });
      const answers = await Promise.all(clients.map((client) => client.ask("/", asking)));
      expect(collapsed(answers)).toBe(0);
    }
  });

  it("gives the leader's own client its bytes as they come", async () => {
    const [leader, waiter] = await crowd(2);
    const rest = aGate();
    origin.answers(async (_request, response) => {
      response.writeHead(200, FRESH).write("first ");
      await rest.opened;
      response.end("last");
    });
    const streaming = await leader?.stream("/");
    const chunks = streaming?.body[Symbol.asyncIterator]();
    expect(String((await chunks?.next())?.value)).toBe("first "); // while "last" has not been sent
    const waiting = waiter?.get("/");
    await edge.until("the waiter is at the edge", ({ inFlight }) => inFlight === 1);
    rest.open();
    expect(String((await chunks?.next())?.value)).toBe("last");
    expect((await waiting)?.text).toBe("first last");
    expect(origin.seen).toHaveLength(1);
  });

  it("is not waited for longer than the waiter's own timer says", async () => {
    const clients = await crowd(2);
    await edge.control({ longestWaitMs: 1 });
    const bothHere = aGate();
    let count = 0;
    origin.answers(async (_request, response) => {
      const n = ++count;
      if (n === 2) bothHere.open();
      await bothHere.opened;
      response.writeHead(200, FRESH).end(`answer ${n}`);
    });
    const answers = await Promise.all(clients.map((client) => client.get("/")));
    expect(distinct(answers)).toBe(2);
    expect(origin.seen).toHaveLength(2);
  });

  describe("is not for one client to end", () => {
    const SOON_OVER = { "cache-control": "max-age=10" };
    const STEERING: readonly [what: string, headers: Record<string, string>, response: object][] = [
      ["its own no-store", { "cache-control": "no-store" }, {}],
      ["its own credentials", { authorization: "Basic eDp5" }, {}],
      [
        "what it is refused for",
        { "x-odd": "yes" },
        { status: 403, headers: { "cache-control": "no-store" } },
      ],
      ["what it is told to try later for", { "x-odd": "yes" }, { status: 429, headers: {} }],
    ];
    for (const [what, headers, odd] of STEERING) {
      it(`by ${what}: the others collapse while it is on its way, and after it`, async () => {
        const [steering, ...others] = await crowd(10);
        const gate = aGate();
        const asked = aGate();
        const answering = numbered(gate, SOON_OVER);
        const { status, headers: oddHeaders } = { status: 200, headers: FRESH, ...odd };
        origin.answers(async (request, response, seen) => {
          if (!Object.keys(headers).some((name) => request.headers[name]))
            return answering(request, response, seen);
          asked.open();
          await gate.opened;
          response.writeHead(status, oddHeaders).end("to one");
        });
        const first = steering?.get("/", headers);
        await asked.opened;
        const answers = others.map((client) => client.get("/"));
        await edge.until("all are at the edge", ({ inFlight }) => inFlight === 10);
        gate.open();
        expect((await first)?.text).toBe("to one");
        expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(Array(9).fill("answer 1"));
        expect(origin.seen).toHaveLength(2);

        await edge.advance(11_000);
        const again = aGate();
        origin.seen = [];
        origin.answers(numbered(again, SOON_OVER));
        await rush(others, again);
        expect(origin.seen).toHaveLength(1);
      });
    }

    it("by credentials that come with each request: they collapse once the origin has given leave to share", async () => {
      const clients = await crowd(10);
      const leave = { "cache-control": "public, max-age=60" };
      const open = aGate();
      open.open();
      origin.answers(numbered(open, leave));
      const authorization = { authorization: "Basic eDp5" };
      expect((await clients[0]?.get("/", authorization))?.header("cache-status")).toContain("stored");
      await edge.settled();
      await edge.advance(61_000);
      origin.seen = [];
      const gate = aGate();
      origin.answers(numbered(gate, leave));
      await rush(clients, gate, () => ({ headers: authorization }));
      expect(origin.seen).toHaveLength(1);
    });
  });

  describe("where a leader takes too long", () => {
    /** The first request is not answered before the gate opens; the others at once. */
    function firstIsSlow(gate: Gate): void {
      let count = 0;
      origin.answers(async (_request, response) => {
        const n = ++count;
        if (n === 1) await gate.opened;
        response.writeHead(200, FRESH).end(`answer ${n}`);
      });
    }

    it("is led by one of those who wait, and not by all of them", async () => {
      const clients = await crowd(CROWD);
      await edge.control({ longestWaitMs: 300 });
      const gate = aGate();
      firstIsSlow(gate);
      const answers = clients.map((client) => client.get("/"));
      const first = await Promise.any(answers);
      expect(first.text).toBe("answer 2");
      await edge.until("all but the first are answered", ({ inFlight }) => inFlight === 1);
      expect(origin.seen).toHaveLength(2);
      gate.open();
      const texts = (await Promise.all(answers)).map(({ text }) => text).sort();
      expect(texts).toEqual(["answer 1", ...Array(CROWD - 1).fill("answer 2")]);
    });

    it("gives those who wait the first answer that comes, whoever it was led by", async () => {
      const clients = await crowd(10);
      await edge.control({ longestWaitMs: 300 });
      const [first, second] = [aGate(), aGate()];
      const bothAsked = aGate();
      let count = 0;
      origin.answers(async (_request, response) => {
        const n = ++count;
        if (n === 2) bothAsked.open();
        await (n === 1 ? first : second).opened;
        response.writeHead(200, FRESH).end(`answer ${n}`);
      });
      const answers = clients.map((client) => client.get("/"));
      await bothAsked.opened;
      first.open();
      await edge.until("all but the second leader are answered", ({ inFlight }) => inFlight === 1);
      second.open();
      const texts = (await Promise.all(answers)).map(({ text }) => text).sort();
      expect(texts).toEqual([...Array(9).fill("answer 1"), "answer 2"]);
      expect(origin.seen).toHaveLength(2);
    });
  });

  describe("of several variants", () => {
    const inLanguage = (gate: Gate, held: string): Answering => {
      return async (request, response) => {
        const language = request.headers["x-lang"];
        if (language === held) await gate.opened;
        response.writeHead(200, { ...STALE, vary: "x-lang" }).end(`in ${language}`);
      };
    };
    const STALE = { "cache-control": "max-age=10, stale-while-revalidate=600" };
    const langs = () => origin.seen.map(({ headers }) => headers["x-lang"]).toSorted();

    it("is one request to the origin for each of them", async () => {
      const clients = await crowd(10);
      const gate = aGate();
      origin.answers(async (request, response) => {
        await gate.opened;
        response.writeHead(200, { ...FRESH, vary: "x-lang" }).end(`in ${request.headers["x-lang"]}`);
      });
      const answers = await rush(clients, gate, (at) => ({ headers: { "x-lang": at % 2 ? "fr" : "de" } }));
      expect(answers.map(({ text }) => text)).toEqual(clients.map((_, at) => (at % 2 ? "in fr" : "in de")));
      expect(langs()).toEqual(["de", "fr"]);
    });

    it("makes nobody wait for another variant, once it is known what tells them apart", async () => {
      const clients = await crowd(3);
      const gate = aGate();
      origin.answers(inLanguage(gate, "fr"));
      await clients[0]?.get("/", { "x-lang": "de" });
      await edge.settled();
      const french = clients[1]?.get("/", { "x-lang": "fr" });
      await edge.until("the French one is at the edge", ({ inFlight }) => inFlight === 1);
      expect((await clients[2]?.get("/", { "x-lang": "es" }))?.text).toBe("in es");
      gate.open();
      expect((await french)?.text).toBe("in fr");
    });

    it("refreshes each in the background, whichever is being refreshed", async () => {
      const [client] = await crowd(1);
      const gate = aGate();
      origin.answers(inLanguage(gate, "none"));
      for (const language of ["de", "fr"]) await client?.get("/", { "x-lang": language });
      await edge.settled();
      await edge.advance(11_000);
      origin.seen = [];
      const frenchIsAsked = aGate();
      const answering = inLanguage(gate, "de");
      origin.answers((request, response, seen) => {
        if (request.headers["x-lang"] === "fr") frenchIsAsked.open();
        return answering(request, response, seen);
      });
      for (const language of ["de", "fr"]) {
        const answer = await client?.get("/", { "x-lang": language });
        expect(answer?.header("cache-status")).toContain("stale-while-revalidate");
      }
      await frenchIsAsked.opened;
      gate.open();
      await edge.settled();
      expect(langs()).toEqual(["de", "fr"]);
    });
  });

  it("makes one background refresh of a stale entry, however many ask for it", async () => {
    const clients = await crowd(10);
    const open = aGate();
    open.open();
    const stale = { "cache-control": "max-age=10, stale-while-revalidate=60" };
    origin.answers(numbered(open, stale));
    await clients[0]?.get("/");
    await edge.settled();
    await edge.advance(11_000);
    const gate = aGate();
    origin.answers(async (_request, response) => {
      await gate.opened;
      response.writeHead(200, stale).end("refreshed");
    });
    const answers = await Promise.all(clients.map((client) => client.get("/")));
    expect(answers.map(({ text }) => text)).toEqual(Array(10).fill("answer 1"));
    gate.open();
    await edge.settled();
    expect(origin.seen).toHaveLength(2);
    expect((await clients[0]?.get("/"))?.text).toBe("refreshed");
  });

  it("makes one background refresh at a time also of a body over the limit", async () => {
    const clients = await crowd(4, { staleWhileRevalidate: "1m" });
    const stale = { "cache-control": "max-age=10" };
    const body = (n: number) => Buffer.alloc(MIB + n, "x");
    origin.answers((_request, response) => void response.writeHead(200, stale).end(body(1)));
    await clients[0]?.get("/");
    await edge.settled();
    await edge.advance(11_000);
    const gate = aGate();
    origin.answers(async (_request, response) => {
      await gate.opened;
      response.writeHead(200, stale).end(body(2));
    });
    for (const client of clients) expect((await client.get("/")).bytes.length).toBe(MIB + 1);
    gate.open();
    await edge.settled();
    expect(origin.seen).toHaveLength(2);
    expect((await clients[0]?.get("/"))?.bytes.length).toBe(MIB + 2);
  });
});
