// Bodies are never buffered: 200 MB pass in either direction as fast as through a bare Worker, and use little memory.
import type { Bench } from "../bench.ts";
import type { Claim } from "../claim.ts";
import type { Edge } from "../edges/edge.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { startSink } from "../edges/sink.ts";
import { oneRequest } from "../load/one-request.ts";
import { upload } from "../load/upload.ts";
import { keepOnCore } from "../machine/cores.ts";
import { forgetPeakOf, peakMemoryMBOf, residentMBOf } from "../machine/process-usage.ts";
import { FILES, fileAt, PASSED } from "../origin.ts";
import type { Row, Unit } from "../result.ts";
import { HOST, oneSite } from "../sites.ts";
import { spreadOf } from "../spread.ts";

const TITLE = "200 MB streamed through";
const BYTES = FILES["200m"];
/** Loads the site and connects to the origin before the measurement. */
const FEW_BYTES = 10_240;
const TIMES_PER_ROUND = 3;
const HEADERS = { host: HOST };

interface Direction {
  readonly name: "download" | "upload";
  /** Returns the time in milliseconds. */
  transfer(edge: Edge, bytes: number): Promise<number>;
}

const DOWNLOAD: Direction = {
  name: "download",
  transfer: async ({ url }, bytes) => {
    const file = bytes === BYTES ? "200m" : "10k";
    const answer = await oneRequest(`${url}${fileAt(PASSED, file)}`, HEADERS);
    if (answer.bytes !== FILES[file]) throw new Error(`of ${FILES[file]} bytes ${answer.bytes} arrived`);
    return answer.ms;
  },
};

const UPLOAD: Direction = {
  name: "upload",
  transfer: ({ url }, bytes) => upload(`${url}/upload`, HEADERS, bytes),
};

export const streaming: Claim = {
  name: "streaming",
  title: TITLE,
  run: async (bench) => {
    const down = await measure(DOWNLOAD, bench.origin.url, bench);
    const sink = await startSink();
    try {
      const up = await measure(UPLOAD, sink.url, bench);
      return { name: "streaming", title: TITLE, contenders: [], rows: [...down, ...up], skipped: [] };
    } finally {
      await sink.stop();
    }
  },
};

async function measure({ name, transfer }: Direction, originUrl: string, bench: Bench): Promise<Row[]> {
  const edges = [
    await onWorkerd({ worker: "headgate", sites: oneSite(originUrl), originUrl }, bench),
    await onWorkerd({ worker: "bare-fetch", originUrl }, bench),
  ] as const;
  for (const { pids } of edges) keepOnCore("edge", pids);
  try {
    for (const edge of edges) await transfer(edge, FEW_BYTES);
    const before = edges.map(({ pids }) => residentMBOf(pids));
    for (const { pids } of edges) forgetPeakOf(pids);
    const times: [headgate: number, bare: number][] = [];
    for (let time = 1; time <= bench.rounds * TIMES_PER_ROUND; time++) {
      bench.progress(`${name}, ${time} of ${bench.rounds * TIMES_PER_ROUND}`);
      times.push([await transfer(edges[0], BYTES), await transfer(edges[1], BYTES)]);
    }
    const article = name === "upload" ? "an" : "a";
    const row = (what: string, unit: Unit, values: readonly number[]): Row => ({
      name: what,
      unit,
      value: spreadOf(values),
    });
    const speed = (ms: number) => BYTES / 1_000 / ms;
    const grown = edges.map(({ pids }, index) => peakMemoryMBOf(pids) - (before[index] ?? 0));
    return [
      row(
        `${name}, headgate / bare fetch`,
        "times",
        times.map(([headgate, bare]) => bare / headgate),
      ),
      row(
        `${name}, headgate`,
        "MB/s",
        times.map(([headgate]) => speed(headgate)),
      ),
      row(
        `${name}, bare fetch`,
        "MB/s",
        times.map(([, bare]) => speed(bare)),
      ),
      row(`memory grown by ${article} ${name}`, "MB", grown.slice(0, 1)),
      row(`memory grown by ${article} ${name}, bare fetch`, "MB", grown.slice(1)),
    ];
  } finally {
    await Promise.all(edges.map((edge) => edge.stop()));
  }
}
