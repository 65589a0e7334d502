// Asks over real connections, each a new one, and takes nothing apart: no redirect is followed and no body is decoded.
import { lookup } from "node:dns/promises";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { isIP } from "node:net";
import tls from "node:tls";
import type { Answer } from "./finding.ts";
import type { Upgraded } from "./judge-connections.ts";

const WITHIN_MS = 20_000;
const MAX_BYTES = 32 * 1_048_576;

/** All requests to one server go to one of its addresses: another could be answered by another place. */
export class Asker {
  readonly url: URL;
  readonly address: string;

  private constructor(url: URL, address: string) {
    this.url = url;
    this.address = address;
  }

  static async to(url: URL): Promise<Asker> {
    const name = url.hostname.replace(/^\[|\]$/g, "");
    return new Asker(url, isIP(name) ? name : (await lookup(name)).address);
  }

  get #port(): number {
    return Number(this.url.port || (this.url.protocol === "https:" ? 443 : 80));
  }

  get #tls(): tls.ConnectionOptions {
    const name = this.url.hostname;
    return {
      host: this.address,
      port: this.#port,
      ...(isIP(name) === 0 && !name.startsWith("[") && { servername: name }),
    };
  }

  /** Rejects if there is no whole answer. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const isHttps = this.url.protocol === "https:";
    const options = {
      path,
      agent: false,
      headers: { host: this.url.host, "user-agent": "headgate-smoke", ...headers },
    };
    const signal = AbortSignal.timeout(WITHIN_MS);
    return new Promise((resolve, reject) => {
      const asking = isHttps
        ? https.request({ ...options, ...this.#tls, signal })
        : http.request({ ...options, host: this.address, port: this.#port, signal });
      asking.once("error", reject);
      asking.once("response", (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > MAX_BYTES) asking.destroy(new Error("the answer is too long"));
        });
        response.once("error", reject);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(response.headersDistinct).map(([name, values = []]) => [
                name,
                values.join(", "),
              ]),
            ),
            body: Buffer.concat(chunks),
          }),
        );
      });
      asking.end();
    });
  }

  /** What TLS agrees on if HTTP/2 is offered; undefined without TLS. */
  protocol(): Promise<string | undefined> {
    if (this.url.protocol !== "https:") return Promise.resolve(undefined);
    const socket = tls.connect({ ...this.#tls, ALPNProtocols: ["h2", "http/1.1"], timeout: WITHIN_MS });
    return new Promise((resolve, reject) => {
      socket.once("secureConnect", () => resolve(socket.alpnProtocol || "http/1.1"));
      socket.once("timeout", () => reject(new Error("no answer in TLS")));
      socket.once("error", reject);
    }).finally(() => socket.destroy()) as Promise<string>;
  }

  /** By HTTP/2: the status of each response, interim ones first. */
  async statuses(path: string): Promise<number[]> {
    const session = http2.connect(this.url, {
      ...this.#tls,
      createConnection: () => tls.connect({ ...this.#tls, ALPNProtocols: ["h2"] }),
    });
    const timer = setTimeout(() => session.destroy(new Error("no answer by HTTP/2")), WITHIN_MS);
    try {
      return await new Promise<number[]>((resolve, reject) => {
        const statuses: number[] = [];
        session.once("error", reject);
        const stream = session.request({ ":path": path, "user-agent": "headgate-smoke" });
        stream.on("headers", (headers) => statuses.push(Number(headers[":status"])));
        stream.once("response", (headers) => statuses.push(Number(headers[":status"])));
        stream.once("error", reject);
        stream.once("end", () => resolve(statuses));
        stream.resume();
      });
    } finally {
      clearTimeout(timer);
      session.destroy();
    }
  }

  /** Opens a WebSocket and sends a message. What comes back, if anything does, is up to the origin. */
  async webSocket(path: string): Promise<Upgraded> {
    const { port, hostname, protocol } = this.url;
    const scheme = protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${hostname}${port && `:${port}`}${path}`);
    const timer = setTimeout(() => socket.close(), WITHIN_MS);
    const happens = (event: string) =>
      new Promise<true>((resolve) => socket.addEventListener(event, () => resolve(true), { once: true }));
    try {
      const isOpen = await Promise.race([
        happens("open"),
        happens("close").then(() => false),
        happens("error").then(() => false),
      ]);
      if (!isOpen) return { kind: "refused", why: "the connection was not upgraded" };
      const answered = happens("message");
      socket.send("smoke");
      const silence = new Promise<false>((resolve) => setTimeout(() => resolve(false), 2_000).unref());
      return { kind: "open", answered: await Promise.race([answered, silence]) };
    } finally {
      clearTimeout(timer);
      socket.close();
    }
  }
}
