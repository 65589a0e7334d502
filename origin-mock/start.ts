// Starts a mock origin on a port of its own.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type WebSocketServerLike } from "@hono/node-server";
import { WebSocketServer } from "ws";
import { mockOrigin } from "./app.ts";

export interface MockOrigin {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface MockOriginOptions {
  readonly name: string;
  /** 0 for any free port. */
  readonly port: number;
}

/** Listens on loopback only. Rejects if the port is taken. */
export async function startMockOrigin({ name, port }: MockOriginOptions): Promise<MockOrigin> {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createAdaptorServer({
    fetch: mockOrigin(name).fetch,
    // The types of ws say that `noServer` may be undefined, but it was set above.
    websocket: { server: sockets as WebSocketServerLike },
    overrideGlobalObjects: false,
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const listening = (server.address() as AddressInfo).port;
  return {
    name,
    port: listening,
    url: `http://127.0.0.1:${listening}`,
    stop: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
