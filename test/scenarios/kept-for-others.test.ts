import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../cli/standalone/bundle.ts";
import { runWorkerd } from "../../cli/standalone/run-workerd.ts";
import { cacheApiEdge, type RunningEdge, standaloneEdge } from "../conformance/public-suite/edges.ts";
import { type Answer, type Asking, EdgeClient } from "../support/client.ts";
import { KEEPING_WORKER } from "../support/keeping-worker.ts";
import { useOrigin } from "../support/origin.ts";

const COMPATIBILITY = { compatibilityDate: COMPATIBILITY_DATE, compatibilityFlags: [...COMPATIBILITY_FLAGS] };

async function workerd(): Promise<RunningEdge> {
  const running = await runWorkerd({
    ...COMPATIBILITY,
    worker: KEEPING_WORKER,
    sites: {},
    address: "127.0.0.1:0",
    vars: {},
    onOutput: () => {},
  });
  return { url: `http://127.0.0.1:${running.port}`, stop: () => running.stop() };
}

async function emulated(): Promise<RunningEdge> {
  const modules = { "worker.js": { type: "esm" as const, contents: KEEPING_WORKER } };
  const manifest = { mainModule: "worker.js", modulesRoot: "/", modules };
  const config = { name: "keeping", ...COMPATIBILITY, manifest, env: {} };
  const miniflare = new Miniflare({ host: "127.0.0.1", port: 0, workers: [{ config }] });
  return { url: (await miniflare.ready).origin, stop: () => miniflare.dispose() };
}

/** Over a connection of its own. */
async function ask(url: string, target: string, asking: Asking = {}): Promise<Answer> {
  const client = new EdgeClient(url, "kept.test");
  const answer = await client.ask(target, asking);
  await client.close();
  return answer;
}

describe.each([
  ["workerd alone", workerd],
  ["Miniflare", emulated],
])("the runtime's own rules: %s", (_name, start) => {
  let edge: RunningEdge;
  beforeAll(async () => {
    edge = await start();
    expect((await ask(edge.url, "/keep")).text).toBe("kept");
  });
  afterAll(() => edge.stop());

  it.each(["/copied-fields", "/fields-of-template"])("Headers may be kept and copied: %s", async (target) => {
    for (let turn = 0; turn < 3; turn++) {
      const answer = await ask(edge.url, target);
      expect([answer.status, answer.header("x-name"), answer.cookies]).toEqual([200, "kept", ["a=1", "b=2"]]);
    }
  });

  it("a Response without a body may be kept, and another be made like it", async () => {
    for (let turn = 0; turn < 3; turn++) {
      const answer = await ask(edge.url, "/from-template");
      expect([answer.status, answer.text, answer.header("x-own")]).toEqual([203, "kept bytes", "1"]);
      expect([answer.header("x-name"), answer.cookies]).toEqual(["kept", ["a=1", "b=2"]]);
    }
    expect((await ask(edge.url, "/fields-of-template")).header("x-own")).toBeNull();
  });

  it("a stream may not", async () => {
    const answer = await ask(edge.url, "/kept-stream");
    expect(answer.status).toBe(500);
    expect(answer.text).toContain("Cannot perform I/O on behalf of a different request");
  });
});

const body = "0123456789";

describe.each([
  ["workerd alone", standaloneEdge],
  ["Miniflare", (site: Parameters<typeof cacheApiEdge>[0]) => cacheApiEdge(site, "16MiB")],
])("what one request has stored in memory serves others: %s", (_name, start) => {
  const fresh = { "cache-control": "max-age=600", etag: '"v1"', "content-length": body.length };
  const origin = useOrigin((_request, response) => void response.writeHead(200, fresh).end(body));
  let edge: RunningEdge;
  beforeAll(async () => {
    edge = await start({
      hosts: ["*"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
      log: { sample: 0 },
    });
  });
  afterAll(() => edge.stop());

  it("whole, in part, as a head and as not modified", async () => {
    let hit = false;
    for (let turn = 0; turn < 200 && !hit; turn++) {
      hit = (await ask(edge.url, "/")).header("cache-status")?.includes("hit") ?? false;
    }
    expect(hit).toBe(true);
    const before = origin.seen.length;
    const askings: readonly [asking: Asking, status: number, text: string][] = [
      [{}, 200, body],
      [{ method: "HEAD" }, 200, ""],
      [{ headers: { range: "bytes=2-4" } }, 206, "234"],
      [{ headers: { "if-none-match": '"v1"' } }, 304, ""],
    ];
    for (let turn = 0; turn < 3; turn++) {
      for (const [asking, status, text] of askings) {
        const answer = await ask(edge.url, "/", asking);
        expect([answer.status, answer.text]).toEqual([status, text]);
      }
    }
    expect(origin.seen.length).toBe(before);
  });
});
