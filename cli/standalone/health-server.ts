// Answers a load balancer or an orchestrator that asks whether this edge is well: 200 if every process answers and nothing is
// being ended, else 503. It has an address of its own, so that no site can take its path and the public cannot reach it.
import { once } from "node:events";
import { createServer, request } from "node:http";
import { err, ok, type Result } from "../../shared/result.ts";
import { isFull } from "./crowding.ts";
import type { Member } from "./fleet.ts";
import { addressOf } from "./listeners.ts";
import { whyNotBound } from "./why-not-bound.ts";

export interface Health {
  readonly status: "ok" | "unwell" | "ending";
  readonly processes: readonly { readonly pid: number; readonly alive: boolean }[];
  readonly sites: number;
  /** In site files whose last good version is served. */
  readonly problems: number;
}

export interface Observed {
  readonly members: readonly Member[];
  readonly isEnding: boolean;
  readonly sites: number;
  readonly problems: number;
}

const ANSWERS_WITHIN_MS = 1_000;

export async function healthOf({ members, isEnding, sites, problems }: Observed): Promise<Health> {
  const processes = await Promise.all(
    // To ask a process that is full would end it.
    members.map(async ({ pid, aliveAddress }) => ({
      pid,
      alive: !isFull(pid) && (await isAlive(aliveAddress)),
    })),
  );
  const isWell = processes.length > 0 && processes.every(({ alive }) => alive);
  return { status: isEnding ? "ending" : isWell ? "ok" : "unwell", processes, sites, problems };
}

function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socketPath = address.replace(/^unix:/, "");
    const asking = request({ socketPath, path: "/", timeout: ANSWERS_WITHIN_MS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => resolve(false));
    asking.on("close", () => resolve(false));
    asking.end();
  });
}

export interface HealthServer {
  readonly port: number;
  close(): void;
}

/** The error is a sentence. */
export async function serveHealth(
  { host, port }: { readonly host: string; readonly port: number },
  observe: () => Observed,
): Promise<Result<HealthServer, string>> {
  const server = createServer(async (_ask, answer) => {
    const health = await healthOf(observe());
    answer.writeHead(health.status === "ok" ? 200 : 503, {
      "content-type": "application/json",
      "cache-control": "no-store",
    });
    answer.end(`${JSON.stringify(health)}\n`);
  });
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    return err(whyNotBound(error, addressOf(host, port), "--health"));
  }
  server.on("error", () => {}); // it cannot accept a connection for want of descriptors: the asker will ask again
  const address = server.address();
  return ok({
    port: typeof address === "object" && address ? address.port : port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
}
