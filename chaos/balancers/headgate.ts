// The product as people run it: `headgate serve` over a folder of site files, with its log in a file.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Command } from "../../test/support/command.ts";
import type { Three } from "../origins.ts";
import { HOST, PROBE_PATH, TERMS } from "../terms.ts";
import type { Balancer } from "./balancer.ts";

/** A saved site file is live within a second. */
const LIVE_AFTER_MS = 1_000;

export async function startHeadgate(origins: Three, folder: string): Promise<Balancer> {
  const sites = path.join(folder, "sites");
  await mkdir(sites);
  const file = path.join(sites, "chaos.yaml");
  await writeFile(file, siteFile(origins, undefined));
  const command = new Command([
    "serve",
    ...["--sites", sites, "--state", path.join(folder, "state"), "--port", "0"],
    ...["--log", path.join(folder, "log"), "--grace", "2s"],
  ]);
  const ready = await command.line(/ sites? on https?:/);
  const change = async (drained: string | undefined) => {
    await writeFile(file, siteFile(origins, drained));
    await pause(LIVE_AFTER_MS);
  };
  return {
    url: ready.replace(/.* on (\S+?)(?: and .*)?;.*/, "$1"),
    drain: (id) => change(id),
    undrain: () => change(undefined),
    stop: async () => void (await command.interrupt()),
  };
}

const siteFile = (origins: Three, drained: string | undefined): string => `hosts: [${HOST}]
pools:
  web:
    origins:
${origins.map(({ id, url }) => `      - { id: ${id}, url: "${url}"${id === drained ? ", state: drain" : ""} }`).join("\n")}
    outlier: { slowStart: ${TERMS.slowStartMs}ms }
    health: { path: ${PROBE_PATH}, every: ${TERMS.probeEveryMs}ms, timeout: ${TERMS.probeTimeoutMs}ms, rise: ${TERMS.rise}, fall: ${TERMS.fall} }
    timeout: { firstByte: ${TERMS.firstByteMs}ms }
    retry: { attempts: ${TERMS.attempts}, on: [connect, timeout, 500, 502, 503, 504] }
routes:
  - { id: all, to: web }
`;
