// Active health and drain under `headgate serve`: the state process probes, and every process that serves acts on what it finds.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Agent, request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { afterBody, TestOrigin } from "../support/origin.ts";
import { type Served, until, useServiceFolder } from "../support/service.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const SECRET = "a-secret-that-opens-everything";
const service = useServiceFolder();

/** Says its name, and whether it is well when it is probed. */
class NamedOrigin {
  health = 200;
  /** Times of the requests for pages. */
  readonly pages: number[] = [];
  readonly probes: number[] = [];
  /** Probes by the rules that name the webhook. */
  hooked = 0;
  readonly #server: http.Server;

  constructor(name: string) {
    this.#server = http.createServer((ask, answer) => {
      const isProbe = ask.url === "/healthz";
      (isProbe ? this.probes : this.pages).push(Date.now());
      if (ask.headers["x-rules"] === "hooked") this.hooked++;
      answer.writeHead(isProbe ? this.health : 200).end(name);
    });
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const siteText = (more = "") => `hosts: ["*"]
pools:
  web:
    origins: [{ id: fra, url: "${fra.url}" }, { id: iad, url: "${iad.url}" }]
    health: { path: /healthz, every: 1s, timeout: 500ms, ${more}rise: 1, fall: 2 }
routes: [{ id: rest, cache: off, to: web }]
`;

let fra: NamedOrigin;
let iad: NamedOrigin;
let served: Served;
let admin: string;
const agents: Agent[] = [];

beforeEach(async () => {
  [fra, iad] = [new NamedOrigin("fra"), new NamedOrigin("iad")];
  await Promise.all([fra.start(), iad.start()]);
  await service.write("a.yaml", siteText());
  served = await service.serveWith({ HEADGATE_ADMIN_TOKEN: SECRET }, "--processes", "2", "--admin-port", "0");
  admin = (await served.command.line(/^admin API on /)).replace(/.* on (\S+?)[;,]?( .*)?$/, "$1");
}, 60_000);
afterEach(async () => {
  fra.stop();
  iad.stop();
  await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
});

/** On a connection of its own, so that both processes get some. */
const ask = async (): Promise<{ status: number; text: string }> => {
  const answer = await request(served.url, { reset: true });
  return { status: answer.statusCode, text: await answer.body.text() };
};
const answers = async (count: number): Promise<Set<string>> =>
  new Set((await Promise.all(Array.from({ length: count }, ask))).map(({ text }) => text));
const headgate = (...words: string[]) =>
  runHeadgate(import.meta.dirname, words, { HEADGATE_EDGE: admin, HEADGATE_TOKEN: SECRET });

describe("an origin that fails its probes", () => {
  it("gets no request from any process, which the log tells once; it gets some again when it is well", async () => {
    await until("both are probed", async () => {
      await answers(4);
      return fra.probes.length > 0 && iad.probes.length > 0;
    });
    expect(await answers(40)).toEqual(new Set(["fra", "iad"]));
    fra.health = 503;
    const said = await served.command.line(/an origin is down/, { stream: "err", from: 0 });
    expect(JSON.parse(said)).toMatchObject({
      level: "warn",
      site: "*",
      pool: "web",
      origin: "fra",
      because: "503",
    });
    // Each process reads the snapshot behind a request.
    await until("no process asks it", async () => (await answers(60)).size === 1);
    const before = fra.pages.length;
    expect(await answers(60)).toEqual(new Set(["iad"]));
    expect(fra.pages.length).toBe(before);
    expect((await headgate("status")).out).toMatch(/web\/fra {2}down \(503\)/);

    fra.health = 200;
    await until("it is asked again", async () => (await answers(16)).size === 2);
    await served.command.line(/an origin is good again/, { stream: "err", from: 0 });
    const lines = served.command.err.filter((line) => line.includes("an origin is"));
    expect(lines.map((line) => JSON.parse(line).message)).toEqual([
      "an origin is down",
      "an origin is good again",
    ]);
  }, 60_000);

  it("is told to the webhook of the site file, when it goes down and when it is good again", async () => {
    const told: object[] = [];
    const hook = new TestOrigin(
      afterBody((_ask, answer, { body }) => {
        told.push(JSON.parse(body));
        answer.writeHead(204).end();
      }),
    );
    await hook.start();
    await service.write("a.yaml", siteText(`webhook: "${hook.url}/hook", headers: { x-rules: hooked }, `));
    // What is found before the keeper has the new rules is told to nobody.
    await until("the keeper has the rules", async () => {
      await answers(8);
      return fra.hooked > 0;
    });
    fra.health = 503;
    const isTold = async (count: number) => {
      await answers(8);
      return told.length >= count;
    };
    await until("it is told that it is down", () => isTold(1));
    fra.health = 200;
    await until("it is told that it is good again", () => isTold(2));
    await hook.stop();
    const about = { event: "origin-standing", site: "*", pool: "web", origin: "fra", because: "503" };
    expect(told).toEqual([
      expect.objectContaining({ ...about, standing: "down" }),
      expect.objectContaining({ ...about, standing: "good" }),
    ]);
    expect(hook.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST /hook", "POST /hook"]);
  }, 60_000);

  it("is probed from one place, however many processes serve", async () => {
    await until("it is probed", async () => {
      await answers(8);
      return fra.probes.length >= 4;
    });
    const [first = 0, , , fourth = 0] = fra.probes;
    expect(fourth - first).toBeGreaterThan(3 * 800 - 200); // from timers that may have been late
  }, 60_000);
});

describe("a drain under load", () => {
  it("fails no request, and within seconds no new one goes there", async () => {
    const statuses: number[] = [];
    let isOver = false;
    const load = Array.from({ length: 6 }, async () => {
      const dispatcher = new Agent({ pipelining: 1, connections: 1 });
      agents.push(dispatcher);
      for (let count = 0; count < 1_000 && !isOver; count++) {
        const answer = await request(served.url, { dispatcher });
        statuses.push(answer.statusCode);
        await answer.body.dump();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    await until("both are asked", () => fra.pages.length > 5 && iad.pages.length > 5);
    const drained = await headgate("drain", "web/fra");
    expect([drained.code, drained.err]).toEqual([0, ""]);
    const toldAt = Date.now();
    await until("it is asked no more", async () => {
      const before = fra.pages.length;
      await new Promise((resolve) => setTimeout(resolve, 400));
      return fra.pages.length === before;
    });
    expect((fra.pages.at(-1) ?? 0) - toldAt).toBeLessThan(7_000);
    const before = iad.pages.length;
    expect((await headgate("undrain", "web/fra")).code).toBe(0);
    const last = fra.pages.length;
    await until("it is asked again", () => fra.pages.length > last + 5);
    expect(iad.pages.length).toBeGreaterThan(before);
    isOver = true;
    await Promise.all(load);
    expect(new Set(statuses)).toEqual(new Set([200]));
  }, 60_000);
});
