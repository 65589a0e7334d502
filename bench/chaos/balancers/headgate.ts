// The product as people run it: `headgate serve` over a folder of site files, with its state, its log and its admin API. An origin is
// drained by the command that an operator uses.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "../../../test/support/command.ts";
import type { Three } from "../origins.ts";
import { HOST, PROBE_PATH, TERMS } from "../terms.ts";
import type { Balancer } from "./balancer.ts";

const TOKEN = "chaos-on-loopback-only";

export async function startHeadgate(
  origins: Three,
  folder: string,
  firstByteMs: number = TERMS.firstByteMs,
): Promise<Balancer> {
  const sites = path.join(folder, "sites");
  await mkdir(sites);
  await writeFile(path.join(sites, "chaos.yaml"), siteFile(origins, firstByteMs));
  const service = new Command(
    [
      "serve",
      ...["--sites", sites, "--state", path.join(folder, "state"), "--port", "0", "--admin-port", "0"],
      ...["--log", path.join(folder, "log"), "--grace", "2s"],
    ],
    { HEADGATE_ADMIN_TOKEN: TOKEN },
  );
  const admin = await service.line(/^admin API on /);
  const ready = await service.line(/ sites? on https?:/);
  const operate = async (verb: "drain" | "undrain", id: string) => {
    const command = new Command([verb, `web/${id}`, "--edge", urlIn(admin)], { HEADGATE_TOKEN: TOKEN });
    if ((await command.ended) !== 0) throw new Error([...command.out, ...command.err].join("\n"));
  };
  return {
    url: urlIn(ready),
    drain: (id) => operate("drain", id),
    undrain: (id) => operate("undrain", id),
    stop: async () => void (await service.interrupt()),
  };
}

const urlIn = (line: string): string => /https?:\/\/[^\s;]+/.exec(line)?.[0] ?? "";

const siteFile = (origins: Three, firstByteMs: number): string => `hosts: [${HOST}]
pools:
  web:
    origins:
${origins.map(({ id, url }) => `      - { id: ${id}, url: "${url}" }`).join("\n")}
    balance: least-requests
    outlier: { slowStart: ${TERMS.slowStartMs}ms }
    health:
      path: ${PROBE_PATH}
      every: ${TERMS.probeEveryMs}ms
      everyInDoubt: ${TERMS.probeInDoubtMs}ms
      timeout: ${TERMS.probeTimeoutMs}ms
      rise: ${TERMS.rise}
      fall: ${TERMS.fall}
    hedge: { after: ${TERMS.hedgeAfterMs}ms, budget: 10% }
    timeout: { firstByte: ${firstByteMs}ms, idle: ${TERMS.idleMs}ms }
    retry: { attempts: ${TERMS.attempts}, on: [connect, timeout, 500, 502, 503, 504, 52x] }
routes:
  - { id: all, to: web }
`;
