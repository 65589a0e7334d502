// A dead origin of three under steady load, over TCP: who waits for it, and how does it return? Times are moved, not slept, except for
// the time-outs themselves. The counts are what Envoy's, HAProxy's and nginx's tests of their kind ask for: outlier detection ejects and
// returns (envoy, test/integration/eds_integration_test.cc and outlier_detection_impl_test.cc), max_fails and slow_start (nginx-tests,
// upstream_max_fails*.t, upstream_slow_start.t).
import net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { type Edge, useEdge } from "../support/edge.ts";
import { replies, type TestOrigin, useOrigin } from "../support/origin.ts";

/** The first ejection takes 10 s, and up to a quarter longer. */
const FIRST_MS = 12_500;
const FROZEN = () => {};
const AT_ONCE = 20;

const routes = [{ id: "rest", to: "web", cache: "off" as const }];
const originsOf = (origins: Record<string, TestOrigin>) =>
  Object.entries(origins).map(([id, { url }]) => ({ id, url }));

/** A site, and as many clients as may ask it at once. */
async function clientsOf(edge: Edge, pool: object): Promise<readonly EdgeClient[]> {
  const hosts = [`s${Math.random().toString(36).slice(2)}.test`];
  await edge.site({ hosts, pools: { web: pool as never }, routes });
  return Array.from({ length: AT_ONCE }, () => edge.client(hosts[0] ?? ""));
}

const allAtOnce = (clients: readonly EdgeClient[], path = "/") =>
  Promise.all(clients.map((client) => client.get(path)));

describe("a dead origin of three", () => {
  const edge = useEdge();
  const other = useEdge();
  const a = useOrigin(replies(["from a"]));
  const b = useOrigin(replies(["from b"]));
  const c = useOrigin(replies(["from c"]));
  const pool = { origins: [] as object[], timeout: { firstByte: "300ms" } };
  const three = () => ({ ...pool, origins: originsOf({ a, b, c }) });

  /** Until it has been ejected: requests are thrown by dice. */
  async function ejectA(clients: readonly EdgeClient[]): Promise<void> {
    for (let round = 0; a.seen.length === 0 && round < 20; round++) await allAtOnce(clients);
    expect(a.seen.length).toBeGreaterThan(0);
    a.seen = [];
  }

  it("is waited for by one of the requests that come when its time is over, and by none before", async () => {
    a.answers(FROZEN);
    const clients = await clientsOf(edge, three());
    await ejectA(clients);
    const waited: number[] = [];
    for (const ms of [0, FIRST_MS, 1_000, 2 * FIRST_MS, 4 * FIRST_MS]) {
      await edge.advance(ms);
      for (let round = 0; round < 3; round++) {
        const answers = await allAtOnce(clients);
        expect(answers.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(200));
      }
      waited.push(a.seen.length);
    }
    // 60 requests each time: one trial where a time was over, which is longer each time.
    expect(waited).toEqual([0, 1, 1, 2, 3]);
  });

  it("is found by each isolate for itself: one trial each", async () => {
    a.answers(FROZEN);
    const both = [await clientsOf(edge, three()), await clientsOf(other, three())];
    for (const clients of both) await ejectA(clients);
    for (const isolate of [edge, other]) await isolate.advance(FIRST_MS);
    await Promise.all(both.map((clients) => allAtOnce(clients)));
    expect(a.seen).toHaveLength(2);
  });

  it("returns with few requests, and then with its share", async () => {
    a.answers(FROZEN);
    const clients = await clientsOf(edge, three());
    await ejectA(clients);
    a.answers(replies(["from a"]));
    await edge.advance(FIRST_MS);
    const shares: number[] = [];
    for (const ms of [0, FIRST_MS]) {
      await edge.advance(ms);
      a.seen = [];
      for (let round = 0; round < 10; round++) await allAtOnce(clients);
      shares.push(a.seen.length / (10 * AT_ONCE));
    }
    const [first = 1, last = 0] = shares;
    expect(first).toBeLessThan(0.15); // a tenth of the weight of each of the others is 5 %
    expect(last).toBeGreaterThan(0.18); // a third; either is off by chance in 1 of 100,000 runs
  });

  it("gets no POST to try it with, so that none is lost", async () => {
    a.answers(FROZEN);
    const clients = await clientsOf(edge, three());
    await ejectA(clients);
    await edge.advance(FIRST_MS);
    const posts = clients.map((client) => client.ask("/form", { method: "POST", body: "once" }));
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(200));
    expect(a.seen).toHaveLength(0);
    expect((await clients[0]?.get("/"))?.status).toBe(200);
    expect(a.seen).toHaveLength(1);
  });

  it("is found by one pool for another that differs only in its time-outs", async () => {
    a.answers(FROZEN);
    const hosts = ["shared.test"];
    const origins = originsOf({ a, b });
    const pools = {
      web: { balance: "first" as const, origins, timeout: { firstByte: "300ms" } },
      slow: { balance: "first" as const, origins, timeout: { firstByte: "20s" } },
    };
    const slow = { id: "slow", match: { path: "/slow" }, to: "slow", cache: "off" as const };
    const client = await edge.site({ hosts, pools, routes: [slow, ...routes] });
    expect((await client.get("/")).text).toBe("from b");
    expect((await client.get("/slow")).text).toBe("from b");
    expect(a.seen).toHaveLength(1);
  });
});

describe("a client that hangs up", () => {
  const edge = useEdge();
  const a = useOrigin(replies(["from a"]));
  const b = useOrigin(replies(["from b"]));
  const open: net.Socket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
  });

  const site = async (host: string) =>
    await edge.site({
      hosts: [host],
      pools: {
        web: { balance: "first", origins: originsOf({ a, b }), timeout: { firstByte: "400ms" } },
      },
      routes,
    });

  function askAndWait(host: string): net.Socket {
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    open.push(socket);
    return socket;
  }

  /** Resolves when the origin has been asked once more. */
  const asked = (): Promise<void> => new Promise((resolve) => a.answers(() => resolve()));

  it("does not count against the origin, however often", async () => {
    const client = await site("hang-up.test");
    for (let time = 0; time < 6; time++) {
      const arrived = asked();
      const socket = askAndWait("hang-up.test");
      await arrived;
      socket.destroy();
    }
    a.answers(replies(["from a"]));
    await edge.settled();
    expect((await client.get("/")).text).toBe("from a");
  });

  it("while it tries an origin, leaves the verdict to the request: the trial ends without it", async () => {
    const client = await site("trial.test");
    a.answers(FROZEN);
    await client.get("/");
    await edge.advance(FIRST_MS);
    const arrived = asked();
    const socket = askAndWait("trial.test");
    await arrived;
    socket.destroy();
    await edge.settled();

    // The trial has failed: the origin is out for longer, and is not tried yet.
    a.seen = [];
    a.answers(replies(["from a"]));
    await edge.advance(FIRST_MS);
    expect((await client.get("/")).text).toBe("from b");
    expect(a.seen).toHaveLength(0);
    await edge.advance(FIRST_MS);
    expect((await client.get("/")).text).toBe("from a");
  });
});

describe("a pool of three of which two are out", () => {
  const edge = useEdge();
  const a = useOrigin();
  const b = useOrigin();
  const c = useOrigin(replies(["from c"]));

  /** Until a and b are ejected. Then they would answer again, but their time is not over. */
  async function ejectTwo(outlier: object): Promise<readonly EdgeClient[]> {
    for (const origin of [a, b]) origin.answers((request) => void request.socket.destroy());
    const clients = await clientsOf(edge, {
      origins: originsOf({ a, b, c }),
      outlier: { maxEjected: "100%", ...outlier },
    });
    for (let round = 0; a.seen.length * b.seen.length === 0 && round < 20; round++) await allAtOnce(clients);
    expect([a.seen.length > 0, b.seen.length > 0]).toEqual([true, true]);
    a.answers(replies(["from a"]));
    b.answers(replies(["from b"]));
    return clients;
  }

  async function whoAnswers(clients: readonly EdgeClient[]): Promise<string[]> {
    const answers = [
      ...(await allAtOnce(clients)),
      ...(await allAtOnce(clients)),
      ...(await allAtOnce(clients)),
    ];
    return [...new Set(answers.map(({ text }) => text))].sort();
  }

  it("uses all of them as if they were good where that is below its floor: panic", async () => {
    expect(await whoAnswers(await ejectTwo({ panic: "50%" }))).toEqual(["from a", "from b", "from c"]);
  });

  it("uses the one that is left where that is not below its floor", async () => {
    expect(await whoAnswers(await ejectTwo({ panic: "30%" }))).toEqual(["from c"]);
  });

  it("retries at the others what reaches a dead one in panic, so that no client sees it", async () => {
    const clients = await ejectTwo({ panic: "50%" });
    for (const origin of [a, b]) origin.answers((request) => void request.socket.destroy());
    [a.seen, b.seen] = [[], []];
    const answers = [...(await allAtOnce(clients)), ...(await allAtOnce(clients))];
    expect(answers.map(({ text }) => text)).toEqual(Array(2 * AT_ONCE).fill("from c"));
    expect(a.seen.length + b.seen.length).toBeGreaterThan(0);
  });
});

describe("a pool whose origins are all out", () => {
  const edge = useEdge();
  const a = useOrigin();
  const b = useOrigin();
  const dead = (request: { socket: { destroy(): unknown } }) => void request.socket.destroy();

  it("is refused at once if the site says so, but for trials, and is back with the first one", async () => {
    for (const origin of [a, b]) origin.answers(dead);
    const client = await edge.site({
      pools: { web: { origins: originsOf({ a, b }), outlier: { whenAllOut: "refuse" } } },
      routes,
    });
    await client.get("/"); // finds both dead
    const refused = await client.get("/");
    expect([refused.status, refused.json().title, refused.header("retry-after")]).toEqual([
      503,
      "no-origin",
      "10",
    ]);
    const before = a.seen.length + b.seen.length;
    for (let request = 0; request < 5; request++) await client.get("/");
    expect(a.seen.length + b.seen.length).toBe(before);

    for (const origin of [a, b]) origin.answers(replies(["back"]));
    await edge.advance(FIRST_MS);
    const answers = [await client.get("/"), await client.get("/")];
    expect(answers.map(({ text }) => text)).toEqual(["back", "back"]);
    expect([a.seen.length > 0, b.seen.length > 0]).toEqual([true, true]);
  });

  it("is asked all the same otherwise, and all are tried as soon as one answers", async () => {
    for (const origin of [a, b]) origin.answers(dead);
    const client = await edge.site({
      pools: { web: { balance: "first", origins: originsOf({ a, b }) } },
      routes,
    });
    await client.get("/");
    for (const origin of [a, b]) origin.answers(replies(["back"]));
    [a.seen, b.seen] = [[], []];
    for (let request = 0; request < 2; request++) expect((await client.get("/")).text).toBe("back");
    expect([a.seen.length, b.seen.length]).toEqual([1, 1]);
  });
});
