// The client of the admin API, where something else answers.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { AdminClient } from "../../../../cli/admin/admin-client.ts";

let server: http.Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function clientOf(answer: http.RequestListener): Promise<AdminClient> {
  server = http.createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const edge = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new AdminClient({ edge, token: "a-secret-that-opens-everything" });
}

const MEBIBYTE = Buffer.alloc(1_048_576, "x");

describe("the client of the admin API", () => {
  it("gives up on an answer that does not end, and ends the connection", async () => {
    let closed: (() => void) | undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const client = await clientOf((_ask, answer) => {
      answer.once("close", () => closed?.());
      const more = () => {
        while (!answer.destroyed && answer.write(MEBIBYTE)) {
          // until it is full
        }
      };
      answer.on("drain", more);
      more();
    });
    const answered = await client.call("listVersions", { query: {} });
    expect(answered).toMatchObject({ ok: false, error: { reason: "unreachable" } });
    expect(answered.ok ? "" : answered.error.sentence).toContain("the answer is too long");
    await isClosed;
  });

  it("does not take its token to another place", async () => {
    const asked: (string | undefined)[] = [];
    const client = await clientOf((ask, answer) => {
      asked.push(ask.url);
      answer.writeHead(307, { location: "/elsewhere" }).end();
    });
    const answered = await client.call("listVersions", { query: {} });
    expect(answered).toMatchObject({ ok: false, error: { reason: "not-understood" } });
    expect(asked).toEqual(["/v1/versions"]);
  });
});
