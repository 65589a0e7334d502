// Many open WebSockets: what they cost the edge in memory, and that they give their places back. Counted ones pass through script
// (decisions/0043), so there are two of both ends of each in the edge. The others are passed on by the runtime.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const MANY = 500;
/** The first ones make room for more than themselves: in the heap, in the tables of the runtime. */
const FIRST = 100;
/** docs/proxying.md: 80 KB and 120 KB were measured. The memory of a process is told in large steps. */
const MOST_KB_EACH = 200;

describe("500 open WebSockets", () => {
  const edge = useEdge();
  const origin = useOrigin();
  let sockets: WebSocketServer;
  beforeAll(() => {
    sockets = new WebSocketServer({ server: origin.server });
    sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  });
  afterAll(() => {
    for (const socket of sockets.clients) socket.terminate(); // otherwise a test that fails would not end
    sockets.close();
  });

  const open = async (host: string): Promise<WebSocket> => {
    const socket = new WebSocket(`${edge.url.replace("http", "ws")}/ws`, { headers: { host } });
    await once(socket, "open");
    return socket;
  };
  /** In turns, so that no queue of a listening socket overflows. */
  async function openMany(host: string, count: number): Promise<WebSocket[]> {
    const all: WebSocket[] = [];
    while (all.length < count)
      all.push(
        ...(await Promise.all(Array.from({ length: Math.min(50, count - all.length) }, () => open(host)))),
      );
    return all;
  }
  const close = (all: readonly WebSocket[]) =>
    Promise.all(
      all.map((socket) => {
        socket.close();
        return once(socket, "close");
      }),
    );
  const memoryKb = async () => {
    const status = await readFile(`/proc/${edge.pid}/status`, "utf8");
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]);
  };
  const status = (host: string) =>
    open(host).then(
      (socket) => {
        socket.close();
        return 101;
      },
      (error: Error) => Number(/\d{3}/.exec(error.message)?.[0]),
    );

  for (const [kind, limit] of Object.entries({
    "passed on by the runtime": {},
    counted: { maxInFlight: MANY },
  })) {
    it(`take at most ${MOST_KB_EACH} KB of memory each, and leave nothing open when they close: ${kind}`, async () => {
      const host = `${kind.replaceAll(" ", "-")}.test`;
      await edge.site({
        hosts: [host],
        pools: { web: { origins: [{ id: "a", url: origin.url, ...limit }] } },
        routes: [{ id: "all", to: "web" }],
      });
      const first = await openMany(host, FIRST);
      const before = await memoryKb();
      const more = await openMany(host, MANY - FIRST);
      const each = ((await memoryKb()) - before) / more.length;
      expect(each).toBeLessThan(MOST_KB_EACH);

      const [one] = more;
      one?.send("still there");
      expect(String((await once(one as WebSocket, "message"))[0])).toBe("still there");
      if ("maxInFlight" in limit) expect(await status(host)).toBe(503); // every place is taken
      await close([...first, ...more]);
      await expect.poll(() => sockets.clients.size, { timeout: 10_000 }).toBe(0); // the origin has none left
      await close(await openMany(host, MANY)); // every place is free again
    }, 60_000);
  }
});
