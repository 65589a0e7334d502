// HAProxy in the same place, configured as its own manual recommends: probes, retries at another server, passive checks
// and a slow start.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { answering } from "../../edges/answering.ts";
import { ending } from "../../edges/ending.ts";
import { freePort } from "../../machine/free-port.ts";
import { requireTool } from "../../machine/tools.ts";
import type { Three } from "../origins.ts";
import { HOST, PROBE_PATH, TERMS } from "../terms.ts";
import type { Balancer } from "./balancer.ts";

export async function startHaproxy(origins: Three, folder: string): Promise<Balancer> {
  const program = requireTool("haproxy");
  const port = await freePort();
  const socket = path.join(folder, "admin.sock");
  const file = path.join(folder, "haproxy.cfg");
  await writeFile(file, configuration(origins, port, socket));
  const child = spawn(program, ["-q", "-db", "-f", file], { stdio: ["ignore", "ignore", "inherit"] });
  const stop = ending(child);
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child);
  return {
    url,
    drain: (id) => command(socket, `set server origins/${id} state drain`),
    undrain: (id) => command(socket, `set server origins/${id} state ready`),
    stop,
  };
}

/**
 * `retry-on` alone would repeat a POST that its server may have carried out, so its retries are for GET. `response-timeout` is
 * `timeout server`. `retries` counts those after the first attempt.
 */
const configuration = (origins: Three, port: number, socket: string): string => `global
  stats socket ${socket} mode 600 level admin

defaults
  mode http
  timeout connect 1s
  timeout client ${TERMS.idleMs}ms
  timeout server ${TERMS.firstByteMs}ms
  timeout check ${TERMS.probeTimeoutMs}ms
  timeout http-keep-alive 10s

frontend edge
  bind 127.0.0.1:${port}
  default_backend origins

backend origins
  balance random
  option redispatch 1
  retries ${TERMS.attempts - 1}
  retry-on all-retryable-errors
  http-request disable-l7-retry if METH_POST
  option httpchk
  http-check send meth GET uri ${PROBE_PATH} ver HTTP/1.1 hdr Host ${HOST}
  http-check expect status 200
  default-server check inter ${TERMS.probeEveryMs}ms fastinter ${TERMS.probeInDoubtMs}ms fall ${TERMS.fall} rise ${TERMS.rise} slowstart ${TERMS.slowStartMs}ms
  default-server observe layer7 error-limit 5 on-error mark-down
${origins.map(({ id, port: at }) => `  server ${id} 127.0.0.1:${at}`).join("\n")}
`;

function command(socket: string, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    connect(socket)
      .setEncoding("utf8")
      .on("error", reject)
      .on("data", (more: string) => {
        said += more;
      })
      .on("end", () => (said.trim() === "" ? resolve() : reject(new Error(`haproxy: ${said.trim()}`))))
      .end(`${line}\n`);
  });
}
