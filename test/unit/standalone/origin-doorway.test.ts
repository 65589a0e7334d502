// The doorway runs in the process that started the Workers: whatever an origin answers, it may not end that process. An exception that
// nobody catches fails this file.
import net, { type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OriginDoorway, openOriginDoorway } from "../../../cli/standalone/origin-doorway.ts";
import { NO_ORIGIN_MATERIAL } from "../../../cli/standalone/origin-material.ts";
import { DOORWAY_FIELD } from "../../../shared/site/endpoint-doorway.ts";
import { rawGet, sendRaw } from "../../support/raw-client.ts";
import { RawOrigin } from "../../support/raw-origin.ts";

const UPGRADE =
  "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

describe("the doorway to origins", () => {
  const origin = new RawOrigin();
  let doorway: OriginDoorway;
  beforeAll(async () => {
    await origin.start();
    doorway = await openOriginDoorway(() => NO_ORIGIN_MATERIAL);
  });
  afterAll(async () => {
    doorway.close();
    await origin.stop();
  });

  const told = (at: string) => {
    const endpoint = { id: "e", site: "shop.test", origin: at, socket: null, tls: null };
    const secret = new URL(doorway.url).pathname.slice(1);
    return `${DOORWAY_FIELD}: ${JSON.stringify({ secret, host: "shop.test", endpoint })}\r\n`;
  };
  const answerTo = (answer: string, fields = "") => {
    origin.answer = answer;
    return sendRaw(doorway.url, rawGet("/x", "doorway", told(origin.url) + fields));
  };
  const upgraded = (answer: string) => {
    origin.answer = answer;
    return sendRaw(
      doorway.url,
      `GET /x HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\n${told(origin.url)}${UPGRADE}\r\n`,
    );
  };

  it.each([
    ["a control character in the reason", "HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nok"],
    ["a status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok"],
    ["the status 000", "HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\nok"],
    ["an upgrade that nobody asked for", "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\nok"],
    ["no HTTP", "hello\r\n\r\n"],
  ])("ends the connection if the answer is %s", async (_what, answer) => {
    expect(await answerTo(answer)).toMatchObject({ status: 0 });
    if (!answer.includes(" 101 ")) expect(await upgraded(answer)).toMatchObject({ status: 0 });
  });

  it("relays an answer with a Trailer beside its length, which Node would not write", async () => {
    const answer = "HTTP/1.1 200 OK\r\nTrailer: X\r\nContent-Length: 2\r\n\r\nok";
    expect(await answerTo(answer)).toMatchObject({ status: 200, body: "ok" });
  });

  it("adds no Date", async () => {
    expect((await answerTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).head).not.toContain("Date:");
  });

  describe("if a request to upgrade is answered as any other", () => {
    it("relays the answer, and closes the connection", async () => {
      const refusal = "HTTP/1.1 403 No\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nno";
      const answer = await upgraded(refusal);
      expect(answer).toMatchObject({ status: 403, body: "no" });
      expect(answer.head).toContain("Connection: close");
    });

    it.each([
      ["a length", "Content-Length: 20\r\n\r\nhalf", "half"],
      ["chunks", "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf", "4\r\nhalf\r\n"],
    ])(
      "ends the connection with a cut body of %s, which still does not look whole",
      async (_by, rest, body) => {
        expect(await upgraded(`HTTP/1.1 200 OK\r\n${rest}`)).toMatchObject({ status: 200, body });
      },
    );
  });

  it("passes bytes beyond ASCII in the header of an upgrade on as they are", async () => {
    const { head } = await upgraded(
      "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Name: caf\xe9\r\n\r\n",
    );
    expect(head).toContain("X-Name: caf\xe9");
  });

  it("leaves an origin that is silent when the Worker gives an upgrade up", async () => {
    const left = Promise.withResolvers<void>();
    const silent = net.createServer((socket) => {
      socket.on("close", left.resolve).on("error", () => {});
      socket.once("data", () => asking.destroy());
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const asking = net.connect(Number(new URL(doorway.url).port), "127.0.0.1");
    asking.write(`GET /x HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\n${told(at)}${UPGRADE}\r\n`);
    await left.promise;
    silent.close();
  });
});
