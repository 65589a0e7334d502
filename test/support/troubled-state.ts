// What stands between edges and the state process, and can be slow, silent, garbled or gone for what the edges ask of a keeper. What
// they tell it still arrives.
import { once } from "node:events";
import { rm } from "node:fs/promises";
import http from "node:http";
import { Agent, request } from "undici";

export type StateTrouble = "slow" | "silent" | "garbled" | "gone";

const SLOW_MS = 1_200;

export class TroubledState {
  trouble: StateTrouble | undefined;
  readonly socket: string;
  readonly #server: http.Server;

  private constructor(socket: string, state: string) {
    this.socket = socket;
    const dispatcher = new Agent({ connect: { socketPath: state }, pipelining: 0 });
    this.#server = http.createServer((ask, answer) => {
      void this.#pass(ask, answer, dispatcher).catch(() => answer.destroy());
    });
  }

  /** `state`: the socket of the state process. */
  static async start(state: string): Promise<TroubledState> {
    const troubled = new TroubledState(`${state}.troubled`, state);
    await once(troubled.#server.listen(troubled.socket), "listening");
    return troubled;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.socket, { force: true });
  }

  async #pass(ask: http.IncomingMessage, answer: http.ServerResponse, dispatcher: Agent): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of ask) chunks.push(chunk as Buffer);
    const target = ask.url ?? "/";
    const url = new URL(target, "http://state");
    const { method = "GET" } = ask;
    const body = method === "GET" ? null : Buffer.concat(chunks);
    const passed = await request(url, { method: method as "GET", body, dispatcher });
    const text = await passed.body.text();
    const trouble = /^\/(?:snapshot|report)$/.test(url.pathname) ? this.trouble : undefined;
    switch (trouble) {
      case "silent":
        return;
      case "gone":
        return void answer.destroy();
      case "garbled":
        return void answer.end(text.slice(0, -9));
      case "slow":
        await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    }
    answer.writeHead(passed.statusCode).end(text);
  }
}
