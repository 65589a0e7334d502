// The admin API of `headgate dev` on a port of its own. wrangler has one port for everything, so requests are passed on to it under
// the host that the Worker has the API on.
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { addressOf } from "../standalone/listeners.ts";
import { whyNotBound } from "../standalone/why-not-bound.ts";

export interface AdminPort {
  readonly host: string;
  readonly port: number;
  /** As HEADGATE_ADMIN_TOKENS. */
  readonly tokens: string;
}

export interface AdminDoorway {
  readonly url: string;
  close(): void;
}

/** Rejects with a sentence if it cannot listen. */
export async function openDoorway(
  { host, port }: AdminPort,
  to: { readonly url: string; readonly host: string },
): Promise<AdminDoorway> {
  const inner = new URL(to.url);
  const server = http.createServer((ask, answer) => {
    const onward = http.request(
      {
        host: inner.hostname.replace(/^\[|\]$/g, ""),
        port: inner.port,
        method: ask.method,
        path: ask.url,
        // A page's origin is compared with the host that it knows.
        headers: { ...ask.headers, host: to.host, ...originFor(ask, to.host) },
      },
      (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
      },
    );
    onward.on("error", () => {
      if (!answer.headersSent) answer.writeHead(502, { "content-type": "text/plain" });
      answer.end("The edge does not answer.\n");
    });
    ask.pipe(onward);
  });
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    throw new Error(whyNotBound(error, addressOf(host, port), "--admin-port"));
  }
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${addressOf(host, bound)}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The origin of this port is that of the API; any other stays foreign. */
function originFor(ask: http.IncomingMessage, apiHost: string): Record<string, string> {
  const { origin, host } = ask.headers;
  return origin !== undefined && origin === `http://${host}` ? { origin: `http://${apiHost}` } : {};
}
