// An edge on Cloudflare's network as `headgate smoke` assumes it, by HTTPS with HTTP/2 and 103: each answer can be replaced. It is no
// Headgate; it stands for what cannot be had without an account.
import { readFileSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { WebSocketServer } from "ws";

const TLS = path.join(import.meta.dirname, "tls");
export const CERTIFICATE = path.join(TLS, "localhost.crt");
const OWN_ADDRESS = "198.51.100.7";
const BODY = gzipSync("what the origin has\n");
const STORED_AT = new Map<string, number>();

type Ask = http2.Http2ServerRequest;
interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Pretence {
  readonly marker: string;
  readonly hasHttp2?: boolean;
  readonly upgrades?: boolean;
  /** By path; what is returned is laid over the right answer. */
  readonly faults?: Readonly<Record<string, (ask: Ask) => Told>>;
}

/** Listens on loopback. */
export async function pretendCloudflare(pretence: Pretence): Promise<{ url: string; stop(): void }> {
  const { hasHttp2 = true, upgrades = true, faults = {} } = pretence;
  const keys = { cert: readFileSync(CERTIFICATE), key: readFileSync(path.join(TLS, "localhost.key")) };
  // What is used of requests and responses is the same in both.
  const server = hasHttp2
    ? http2.createSecureServer({ ...keys, allowHTTP1: true })
    : (https.createServer(keys) as unknown as http2.Http2SecureServer);
  let hintsAsked = 0;
  server.on("request", (ask, answer) => {
    const [route = ""] = ask.url.split("?");
    const isHints = route === "/smoke/hints" && ask.httpVersion === "2.0";
    if (isHints && ++hintsAsked > 1) {
      answer.stream.additionalHeaders({ ":status": 103, link: "</smoke/style.css>; rel=preload; as=style" });
    }
    const right = rightAnswer(route, ask, pretence.marker);
    const fault = faults[route]?.(ask) ?? {};
    answer.writeHead(fault.status ?? right.status ?? 200, {
      "cf-ray": "8f00ba4-FRA",
      ...right.headers,
      ...fault.headers,
    });
    answer.end(fault.body ?? right.body ?? "");
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (ask, socket, head) => {
    if (!upgrades) return socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    sockets.handleUpgrade(ask, socket, head, (open) => open.on("message", (data) => open.send(String(data))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    stop: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
}

function rightAnswer(route: string, ask: Ask, marker: string): Told {
  switch (route) {
    case "/.headgate/health":
      return { body: '{"status":"ok"}' };
    case "/cdn-cgi/trace":
      return { body: `fl=1\nip=${OWN_ADDRESS}\nloc=DE\n` };
    case "/smoke/marker":
      return { body: marker };
    case "/smoke/facts": {
      if (ask.headers["cf-connecting-ip"] !== undefined) return { status: 403 }; // as the platform does
      const facts = { "x-smoke-client": OWN_ADDRESS, "x-smoke-country": "DE", "x-smoke-scheme": "https" };
      return { headers: facts };
    }
    case "/smoke/cached": {
      const storedAt = STORED_AT.get(ask.url);
      STORED_AT.set(ask.url, storedAt ?? Date.now());
      if (storedAt === undefined) return { headers: { "cache-status": "headgate; fwd=uri-miss; stored" } };
      const age = Math.round((Date.now() - storedAt) / 1000);
      return { headers: { "cache-status": "headgate; hit; ttl=294", age: String(age) } };
    }
    case "/smoke/relayed":
      return { headers: { "content-encoding": "gzip", "cf-cache-status": "DYNAMIC" }, body: BODY };
    case "/smoke/gone":
      return { status: 502, headers: { "proxy-status": "headgate; error=connection_terminated" } };
    default:
      return { body: "hello" };
  }
}

/** What the origin itself sends, for a server of the test. */
export const ORIGIN_BODY = BODY;
