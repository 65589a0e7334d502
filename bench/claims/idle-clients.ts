// An idle client of server-sent events costs only memory, and little of it.
import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import type { Claim } from "../claim.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { startSink } from "../edges/sink.ts";
import { idleClients } from "../load/idle-clients.ts";
import { residentMBOf } from "../machine/process-usage.ts";
import type { Row } from "../result.ts";
import { HOST, oneSite } from "../sites.ts";
import { spreadOf } from "../spread.ts";

const TITLE = "1,000 idle clients of server-sent events";
const CLIENTS = 1_000;
/** The first clients create what all of them share: connections, compiled code. */
const FIRST_CLIENTS = 20;
const SETTLED_AFTER_MS = 1_000;
const TIMES = 2;

type Subject = "headgate" | "bare-fetch";

export const idle: Claim = {
  name: "idle-clients",
  title: TITLE,
  run: async (bench) => {
    const subjects: Subject[] = bench.quick ? ["headgate"] : ["headgate", "bare-fetch"];
    const times = bench.quick ? 1 : TIMES;
    const grown = new Map(subjects.map((subject) => [subject, [] as number[]]));
    for (let time = 1; time <= times; time++) {
      for (const subject of subjects) {
        bench.progress(`${subject}, ${time} of ${times}`);
        grown.get(subject)?.push(await growthMB(subject, bench));
      }
    }
    const rows = [...grown].map(([subject, megabytes]): Row => {
      const name = `memory grown by 1,000 clients${subject === "headgate" ? "" : ", bare fetch"}`;
      return { name, unit: "MB", value: spreadOf(megabytes) };
    });
    return { name: "idle-clients", title: TITLE, contenders: [], rows, skipped: [] };
  },
};

async function growthMB(worker: Subject, bench: Bench): Promise<number> {
  const sink = await startSink();
  const edge = await onWorkerd({ worker, sites: oneSite(sink.url), originUrl: sink.url }, bench);
  const ends: (() => void)[] = [];
  try {
    ends.push(await idleClients(edge.url, HOST, FIRST_CLIENTS));
    await pause(SETTLED_AFTER_MS);
    const before = residentMBOf(edge.pids);
    ends.push(await idleClients(edge.url, HOST, CLIENTS));
    await pause(SETTLED_AFTER_MS);
    return residentMBOf(edge.pids) - before;
  } finally {
    for (const end of ends) end();
    await sink.stop(); // first, because workerd waits for requests in progress
    await edge.stop();
  }
}
