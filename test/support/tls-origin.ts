// An https origin of a private authority, which may ask for a client certificate: what it saw of each connection and request.
import { readFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { TLSSocket } from "node:tls";

const file = (name: string): string => path.join(import.meta.dirname, "tls", name);

/** `fra.internal` is what the origin's certificate is for, and `the edge` what the client's says. */
export const TLS = {
  ca: file("origin-ca.crt"),
  cert: file("client.crt"),
  key: file("client.key"),
  /** An authority that has signed none of them. */
  strangerCa: file("localhost.crt"),
  strangerKey: file("localhost.key"),
};

export interface SeenByTlsOrigin {
  readonly servername: string | false;
  readonly client: string | undefined;
  readonly host: string | undefined;
  readonly path: string | undefined;
}

export class TlsOrigin {
  seen: SeenByTlsOrigin[] = [];
  readonly #server: https.Server;

  constructor({ asksForClient = false } = {}) {
    this.#server = https.createServer(
      {
        cert: readFileSync(file("origin.crt")),
        key: readFileSync(file("origin.key")),
        ca: readFileSync(TLS.ca),
        requestCert: asksForClient,
        rejectUnauthorized: asksForClient,
      },
      (ask, answer) => {
        const { servername, getPeerCertificate } = ask.socket as TLSSocket & { servername: string | false };
        const { subject } = getPeerCertificate.call(ask.socket) ?? {};
        const client = subject?.CN as string | undefined;
        this.seen.push({ servername, client, host: ask.headers.host, path: ask.url });
        answer.end("in private");
      },
    );
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
