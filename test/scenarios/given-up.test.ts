// An attempt at an origin that its caller gives up: the origin sees its connection closed at once, while the client's request
// goes on.
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleWorker, COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../cli/standalone/bundle.ts";
import { type RunningWorkerd, runWorkerd } from "../../cli/standalone/run-workerd.ts";
import { type Asking, EdgeClient } from "../support/client.ts";
import { aGate, type Gate } from "../support/gate.ts";
import { type Answering, useOrigin } from "../support/origin.ts";

describe("an attempt that is given up", () => {
  const origin = useOrigin();
  const output: string[] = [];
  let worker: RunningWorkerd;
  let client: EdgeClient;
  let closed: Gate;

  beforeAll(async () => {
    worker = await runWorkerd({
      worker: await bundleWorker(path.join(import.meta.dirname, "../support/giving-up-worker.ts")),
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: COMPATIBILITY_FLAGS,
      sites: {},
      address: "127.0.0.1:0",
      vars: {},
      onOutput: (line) => output.push(line),
    });
    client = new EdgeClient(`http://127.0.0.1:${worker.port}`, "giving-up.test");
  });
  afterAll(async () => {
    await client.close();
    await worker.stop();
  });

  /** To `/closed` it answers once the connection of the attempt is closed. */
  function originAnswers(attempt: Answering): void {
    closed = aGate();
    origin.answers(async (request, response, seen) => {
      if (request.url === "/closed") {
        await closed.opened;
        return void response.end();
      }
      request.socket.on("close", closed.open);
      await attempt(request, response, seen);
    });
  }
  beforeEach(() => originAnswers(() => {}));

  async function givenUp(when: string, asking: Asking = {}): Promise<Record<string, unknown>> {
    const headers = { "x-origin": origin.url, "x-when": when };
    return (await client.ask("/", { ...asking, headers })).json();
  }

  for (const asking of [{}, { method: "POST", body: "order" }]) {
    it(`ends as a time-out, and its connection is closed: ${asking.method ?? "GET"}`, async () => {
      expect(await givenUp("while it waits", asking)).toMatchObject({ kind: "timeout" });
      expect(origin.seen.map(({ url }) => url)).toEqual(["/attempt", "/closed"]);
    });
  }

  it("tells for how long it was waited for", async () => {
    const { afterMs } = await givenUp("while it waits");
    expect(Number(afterMs)).toBeGreaterThanOrEqual(90);
    expect(Number(afterMs)).toBeLessThan(20_000);
  });

  it("ends its upload too", async () => {
    originAnswers((request) => void request.resume());
    const body = Readable.from(
      (async function* () {
        yield Buffer.from("half of it");
        await closed.opened;
      })(),
    );
    const ended = await givenUp("during the upload", { method: "POST", body });
    expect(ended).toMatchObject({ kind: "timeout" });
  });

  it("ends its response too, if that has begun", async () => {
    originAnswers((_request, response) => {
      response.writeHead(200, { "content-length": "1000000" }).write("the first of it");
    });
    expect(await givenUp("during the response")).toEqual({ status: 200 });
  });

  it("is not sent if it was given up before", async () => {
    const streamed = Readable.from([Buffer.from("order")]);
    for (const asking of [{}, { method: "POST", body: "order" }, { method: "POST", body: streamed }]) {
      expect(await givenUp("before it is sent", asking)).toMatchObject({ kind: "timeout" });
    }
    expect(origin.seen).toEqual([]);
  });

  it("is no bug in the Worker's output", () => {
    expect(output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
  });
});
