// The Host that an origin sees under `headgate dev`, as the origin itself received it. Emulated Workers can only ask an origin by its URL, so
// a doorway connects in their place.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Command } from "../support/command.ts";
import { sendRaw } from "../support/raw-client.ts";
import { until } from "../support/service.ts";
import { TLS, TlsOrigin } from "../support/tls-origin.ts";

describe("headgate dev: how an origin is reached", () => {
  let folder: string;
  let dev: Command;
  let url: string;
  const strict = new TlsOrigin({ asksForClient: true });
  const asked: { line: string; host: string | undefined; fields: http.IncomingHttpHeaders; body: string }[] =
    [];
  const origin = http.createServer((ask, answer) => {
    let body = "";
    ask.setEncoding("utf8").on("data", (more) => {
      body += more;
    });
    ask.on("end", () => {
      asked.push({ line: `${ask.method} ${ask.url}`, host: ask.headers.host, fields: ask.headers, body });
      if (ask.url?.endsWith("/cut")) {
        answer.writeHead(200, { "content-length": "10" });
        answer.write("half", () => answer.destroy());
      } else answer.writeHead(200, { "set-cookie": ["a=1", "b=2"] }).end("hello");
    });
  });
  origin.on("upgrade", (ask, socket) => {
    asked.push({ line: "upgrade", host: ask.headers.host, fields: ask.headers, body: "" });
    const key = `${ask.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  });

  const site = (host: string, more = "") => `hosts: [shop.test, "*.shop.test"]
pools:
  web: { host: ${host}, origins: [{ id: a, url: "http://127.0.0.1:${(origin.address() as AddressInfo).port}/base"${more} }] }
routes: [{ id: rest, cache: off, to: web }]
`;
  const save = (text: string) => writeFile(path.join(folder, "sites/site.yaml"), text);
  const hostSeenFor = async (host: string) => {
    asked.length = 0;
    await request(`${url}/x`, { headers: { host } }).then(({ body }) => body.dump());
    return asked.at(-1)?.host;
  };

  beforeAll(async () => {
    await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-dev-"));
    await mkdir(path.join(folder, "sites"));
    await save(site("keep"));
    dev = new Command([
      ...["dev", "--sites", path.join(folder, "sites"), "--port", "0"],
      ...["--origin-socket", `app=${folder}/app.sock`, "--origin-ca", `own=${TLS.ca}`],
      ...["--origin-cert", `edge=${TLS.cert},${TLS.key}`],
    ]);
    await strict.start();
    url = (await dev.line(/^ready on /)).replace(/^ready on (\S+);.*/, "$1");
  }, 60_000);
  afterAll(async () => {
    await dev.interrupt();
    strict.stop();
    origin.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("keeps the host that the client asked for, also of a site for many hosts", async () => {
    expect(await hostSeenFor("shop.test")).toBe("shop.test");
    expect(await hostSeenFor("a.b.shop.test")).toBe("a.b.shop.test");
    expect(asked[0]?.line).toBe("GET /base/x");
    expect(Object.keys(asked[0]?.fields ?? {})).not.toContain("headgate-doorway");
  });

  it("passes on bodies, repeated fields, upgrades and broken transfers", async () => {
    asked.length = 0;
    const answer = await request(`${url}/x?a=%2F`, {
      method: "POST",
      headers: { host: "shop.test", "content-type": "text/plain" },
      body: "sent",
    });
    expect([answer.statusCode, await answer.body.text()]).toEqual([200, "hello"]);
    expect(answer.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(asked[0]).toMatchObject({ line: "POST /base/x?a=%2F", body: "sent" });

    const cut = await request(`${url}/cut`, { headers: { host: "shop.test" } });
    await expect(cut.body.text()).rejects.toThrow();

    const upgrade =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const { status } = await sendRaw(url, `GET /ws HTTP/1.1\r\nHost: shop.test\r\n${upgrade}\r\n`);
    expect([status, asked.at(-1)?.host]).toEqual([101, "shop.test"]);
  });

  it("takes a change at once", async () => {
    await save(site("shop.internal"));
    await until("the name is seen", async () => (await hostSeenFor("shop.test")) === "shop.internal");
    await save(site("origin"));
    await until(
      "its own host is seen",
      async () => (await hostSeenFor("shop.test"))?.startsWith("127.") ?? false,
    );
  });

  it("connects to a socket, and to none that was not given", async () => {
    const answers = (ask: http.IncomingMessage, answer: http.ServerResponse) =>
      answer.end(`to ${ask.headers.host}`);
    const app = http.createServer(answers);
    await save(site("origin", ", socket: app").replace(/http:\/\/127[^/]*/, "http://app.internal"));
    const ask = async () => {
      const { statusCode, body } = await request(`${url}/x`, { headers: { host: "shop.test" } });
      return `${statusCode} ${await body.text()}`;
    };
    await until("the socket is missing", async () => (await ask()).startsWith("502 "));
    await new Promise<void>((resolve) => app.listen(path.join(folder, "app.sock"), resolve));
    expect(await ask()).toBe("200 to app.internal");
    app.close();

    await save(site("origin", ", socket: other"));
    const problem = await dev.line(/is not given to this site/);
    expect(problem).toContain("`other` is not given to this site; start with `--origin-socket other=PATH`");
  });

  it("proves who it is, and wants proof", async () => {
    const tls = async (words: string) => {
      const place = `https://127.0.0.1:${strict.port}`;
      await save(site("keep", `, tls: { ${words} }`).replace(/http:\/\/127[^/]*/, place));
    };
    const status = async () => {
      const { statusCode, body } = await request(`${url}/x`, { headers: { host: "shop.test" } });
      await body.dump();
      return statusCode;
    };
    await tls("ca: own, name: fra.internal, certificate: edge");
    await until("it is asked", async () => (await status()) === 200);
    expect(strict.seen.at(-1)).toEqual({
      servername: "fra.internal",
      client: "the edge",
      host: "shop.test",
      path: "/base/x",
    });
    for (const words of ["ca: own, name: fra.internal", "ca: own, certificate: edge", "certificate: edge"]) {
      await tls(words);
      await until(`it is not asked: ${words}`, async () => (await status()) === 502);
    }
  });

  it("opens to nobody without its secret", async () => {
    const ports = [...dev.out, ...dev.err].join("\n");
    expect(ports).not.toContain("ORIGIN_DOORWAY");
    const told = {
      secret: "0".repeat(48),
      host: "evil.test",
      endpoint: { origin: `http://127.0.0.1:${(origin.address() as AddressInfo).port}` },
    };
    const { openOriginDoorway } = await import("../../cli/standalone/origin-doorway.ts");
    const { NO_ORIGIN_MATERIAL } = await import("../../cli/standalone/origin-material.ts");
    const doorway = await openOriginDoorway(() => NO_ORIGIN_MATERIAL);
    const { port } = new URL(doorway.url);
    asked.length = 0;
    for (const field of [JSON.stringify(told), "{", "null", '{"secret":null}', ""]) {
      const answer = await request(`http://127.0.0.1:${port}/x`, { headers: { "headgate-doorway": field } });
      expect(answer.statusCode).toBe(403);
    }
    const bare = net.connect(Number(port), "127.0.0.1");
    bare.end("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    const said = await new Promise<string>((resolve) => bare.once("data", (chunk) => resolve(String(chunk))));
    expect(said).toMatch(/^HTTP\/1\.1 403 /);
    expect(asked).toEqual([]);
    doorway.close();
  });
});
