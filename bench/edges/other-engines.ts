// nginx, Varnish and HAProxy in front of the same origin, each with a cache, configured as their own documentation
// recommends.
import { spawn } from "node:child_process";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import { descendantsOf } from "../../test/support/descendants.ts";
import type { Bench } from "../bench.ts";
import { freePort } from "../machine/free-port.ts";
import { requireTool, type ToolName } from "../machine/tools.ts";
import { answering } from "./answering.ts";
import type { Edge } from "./edge.ts";
import { ending } from "./ending.ts";
import { nginx } from "./nginx.ts";

export const startNginx = (bench: Bench): Promise<Edge> => cachingNginx(bench, "");

/** At the level that it has by default. It compresses HTML unless told otherwise. */
export const startGzippingNginx = (bench: Bench): Promise<Edge> =>
  cachingNginx(bench, "gzip on; gzip_vary on;");

const cachingNginx = ({ origin, folder }: Bench, more: string): Promise<Edge> =>
  nginx(
    (port, own) => `${more}
  proxy_cache_path ${own}/cache keys_zone=all:10m;
  upstream origin { server ${hostOf(origin.url)}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache all;
    }
  }`,
    folder,
  );

export async function startVarnish({ origin, folder }: Bench): Promise<Edge> {
  const [host, port] = hostOf(origin.url).split(":");
  const vcl = `vcl 4.1;\nbackend origin { .host = "${host}"; .port = "${port}"; }\n`;
  return engine("varnish", folder, vcl, (file, listen, own) => [
    ...["-F", "-a", `127.0.0.1:${listen}`, "-f", file, "-s", "malloc,64m", "-T", "none"],
    ...["-n", path.join(own, "state")],
  ]);
}

export async function startHaproxy({ origin, folder }: Bench): Promise<Edge> {
  const configure = (listen: number) => `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
cache all
  total-max-size 64
  max-object-size 1000000
  max-age 3600
frontend edge
  bind 127.0.0.1:${listen}
  http-request cache-use all
  http-response cache-store all
  default_backend origin
backend origin
  server origin ${hostOf(origin.url)}
`;
  return engine("haproxy", folder, configure, (file) => ["-db", "-f", file]);
}

async function engine(
  name: ToolName,
  parentFolder: string,
  configuration: string | ((port: number) => string),
  args: (file: string, port: number, folder: string) => string[],
): Promise<Edge> {
  const program = requireTool(name);
  const folder = await mkdtemp(path.join(parentFolder, `${name}-`));
  await chmod(folder, 0o755); // if we are root, Varnish runs as another user
  const port = await freePort();
  const file = path.join(folder, "configuration");
  await writeFile(file, typeof configuration === "string" ? configuration : configuration(port));
  const child = spawn(program, args(file, port, folder), { stdio: "ignore" });
  const stop = ending(child);
  const url = `http://127.0.0.1:${port}`;
  try {
    await answering(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pids: [child.pid ?? 0, ...descendantsOf(child.pid ?? 0)], stop };
}

const hostOf = (url: string): string => new URL(url).host;
