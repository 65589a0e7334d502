// nginx as one process with our own configuration. It is the origin of all contenders, and one of the other engines.
import { spawn } from "node:child_process";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import { descendantsOf } from "../../test/support/descendants.ts";
import { freePort } from "../machine/free-port.ts";
import { requireTool } from "../machine/tools.ts";
import { answering } from "./answering.ts";
import type { Edge } from "./edge.ts";
import { ending } from "./ending.ts";

/** `http` is the content of its http block, given the port to listen on and a folder to write in. */
export async function nginx(
  http: (port: number, folder: string) => string,
  parentFolder: string,
): Promise<Edge> {
  const folder = await mkdtemp(path.join(parentFolder, "nginx-"));
  await chmod(folder, 0o755); // if we are root, its worker runs as another user
  const port = await freePort();
  const configuration = path.join(folder, "nginx.conf");
  await writeFile(configuration, configure(folder, http(port, folder)));
  const child = spawn(requireTool("nginx"), ["-e", path.join(folder, "error.log"), "-c", configuration], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const stop = ending(child);
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child);
  return { url, pids: [child.pid ?? 0, ...descendantsOf(child.pid ?? 0)], stop };
}

const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

function configure(folder: string, http: string): string {
  const temporary = TEMPORARY.map((kind) => `${kind}_temp_path ${path.join(folder, kind)};`);
  return `daemon off;
worker_processes 1;
pid ${path.join(folder, "pid")};
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 100000000;
  sendfile on;
  tcp_nopush on;
  ${temporary.join("\n  ")}
  ${http}
}
`;
}
