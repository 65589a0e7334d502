// A real nginx that serves a folder.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export interface Served {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly range: string;
}

/** Serves `<folder>/www` with ETag, Last-Modified, ranges, and compressed files beside the plain ones. */
export class Nginx {
  readonly folder: string;
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** `configurationAt`: in place of that folder. */
  static async start(binary: string, configurationAt = configuration): Promise<Nginx> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-nginx-"));
    const port = await freePort();
    await writeFile(path.join(folder, "nginx.conf"), configurationAt(port));
    const child = spawn(binary, ["-p", folder, "-c", "nginx.conf", "-e", "error.log"], {
      // Not inherited: an nginx that is left behind would hold the output of the whole test run open.
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr?.pipe(process.stderr, { end: false });
    const nginx = new Nginx(folder, port, child);
    await nginx.#listening();
    return nginx;
  }

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.folder = folder;
    this.port = port;
    this.#process = child;
    this.#ended = new Promise((resolve) => child.once("exit", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The requests served, once there are this many. nginx logs a request when it has finished with it. */
  async served(count: number): Promise<Served[]> {
    for (let look = 0; ; look++) {
      const log = await readFile(path.join(this.folder, "access.log"), "utf8");
      const lines = log.split("\n").filter((line) => line !== "");
      if (lines.length >= count || look === 200) return lines.map((line) => JSON.parse(line) as Served);
      await pause(5);
    }
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #listening(): Promise<void> {
    for (let attempt = 0; attempt < 400; attempt++) {
      if (this.#process.exitCode !== null) break;
      const open = await new Promise<boolean>((resolve) => {
        const socket = net
          .connect(this.port, "127.0.0.1", () => resolve(true))
          .on("error", () => resolve(false));
        socket.on("connect", () => socket.destroy());
      });
      if (open) return;
      await pause(10);
    }
    throw new Error(`nginx does not start:\n${await readFile(path.join(this.folder, "error.log"), "utf8")}`);
  }
}

/** In the foreground and as one process, so that one process id is enough to stop it. */
const configuration = (port: number): string => `
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  types { text/html html; application/javascript js; video/mp4 mp4; }
  log_format served escape=json '{"method":"$request_method","target":"$request_uri","status":$status,"range":"$http_range"}';
  access_log access.log served;
  client_body_temp_path temp-body;
  proxy_temp_path temp-proxy;
  fastcgi_temp_path temp-fastcgi;
  uwsgi_temp_path temp-uwsgi;
  scgi_temp_path temp-scgi;
  server {
    listen 127.0.0.1:${port};
    root www;
    gzip_static on;
    gzip_vary on;
    gzip_proxied any; # nginx packs nothing for a request with Via unless told so
    add_header Cache-Control "public, max-age=60";
    if ($request_method ~ ^(PUT|DELETE)$) { return 204; }
  }
}
`;

/** nginx does not support port 0. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
