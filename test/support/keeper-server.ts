// A keeper that a test can make slow, silent, garbled or absent. Well, it answers with a snapshot of the test.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { EMPTY_SNAPSHOT, type Snapshot, snapshotText } from "../../worker/keeping/snapshot.ts";

export type Trouble = "slow" | "silent" | "garbled" | "of another format" | "broken" | "cut off" | "absent";

const SLOW_MS = 1_000;

export class KeeperServer {
  snapshot: Snapshot = { ...EMPTY_SNAPSHOT, revision: 1 };
  trouble: Trouble | undefined;
  /** How often it was asked. */
  asked = 0;
  readonly #folder: string;
  readonly #server = http.createServer((_ask, answer) => this.#answer(answer));

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<KeeperServer> {
    const server = new KeeperServer(await mkdtemp(path.join(os.tmpdir(), "headgate-keeper-")));
    await once(server.#server.listen(path.join(server.#folder, "sock")), "listening");
    return server;
  }

  get address(): string {
    return `unix:${path.join(this.#folder, "sock")}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #answer(answer: http.ServerResponse): void {
    this.asked++;
    const text = snapshotText(this.snapshot);
    switch (this.trouble) {
      case undefined:
        return void answer.end(text);
      case "slow":
        return void setTimeout(() => answer.end(text), SLOW_MS);
      case "silent":
        return;
      case "garbled":
        return void answer.end(text.slice(0, -9));
      case "of another format":
        return void answer.end(text.replace('"format":1', '"format":2'));
      case "broken":
        return void answer.writeHead(500).end("it is broken");
      case "cut off":
        answer.writeHead(200, { "content-length": text.length });
        return void answer.write(text.slice(0, 9), () => answer.destroy());
      case "absent":
        answer.destroy();
    }
  }
}
