// Controls the sampling profiler through workerd's inspector, and returns the profile.
import { WebSocket } from "ws";
import type { CpuProfile } from "./cpu-profile.ts";

export interface Inspector {
  start(intervalMicros: number): Promise<void>;
  stop(): Promise<CpuProfile>;
  close(): void;
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export async function inspect(address: string): Promise<Inspector> {
  const targets = (await (await fetch(`http://${address}/json`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const url = targets[0]?.webSocketDebuggerUrl;
  if (url === undefined) throw new Error("workerd's inspector names no Worker");
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  socket.on("message", (text) => {
    const reply = JSON.parse(String(text)) as Reply;
    const waiter = waiting.get(reply.id ?? -1);
    if (reply.error) waiter?.reject(new Error(reply.error.message));
    else waiter?.resolve(reply.result);
  });
  let id = 0;
  const call = (method: string, params = {}): Promise<unknown> => {
    const waiter = Promise.withResolvers<unknown>();
    waiting.set(++id, waiter);
    socket.send(JSON.stringify({ id, method, params }));
    return waiter.promise;
  };
  return {
    start: async (interval) => {
      await call("Profiler.enable");
      await call("Profiler.setSamplingInterval", { interval });
      await call("Profiler.start");
    },
    stop: async () => ((await call("Profiler.stop")) as { profile: CpuProfile }).profile,
    close: () => socket.close(),
  };
}
