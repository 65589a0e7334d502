// Bodies are never held: 200 MB go through in either direction as fast as through a bare Worker, in little memory.
import type { Bench } from "../bench.ts";
import type { Claim } from "../claim.ts";
import type { Edge } from "../edges/edge.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { startSink } from "../edges/sink.ts";
import { oneRequest } from "../load/one-request.ts";
import { upload } from "../load/upload.ts";
import { forgetPeakOf, peakMemoryMBOf, residentMBOf } from "../machine/process-usage.ts";
import { FILES, fileAt, PASSED } from "../origin.ts";
import type { Row } from "../result.ts";
import { HOST, oneSite } from "../sites.ts";
import { spreadOf } from "../spread.ts";

const TITLE = "200 MB streamed through";
const BYTES = FILES["200m"];
const HEADERS = { host: HOST };

type Transfer = (edge: Edge) => Promise<number>;

const download: Transfer = async (edge) => {
  const answer = await oneRequest(`${edge.url}${fileAt(PASSED, "200m")}`, HEADERS);
  if (answer.bytes !== BYTES) throw new Error(`of ${BYTES} bytes ${answer.bytes} arrived`);
  return answer.ms;
};

const uploading: Transfer = (edge) => upload(`${edge.url}/upload`, HEADERS, BYTES);

export const streaming: Claim = {
  name: "streaming",
  title: TITLE,
  run: async (bench) => {
    const down = await measure("download", bench.origin.url, download, bench);
    const sink = await startSink();
    try {
      const up = await measure("upload", sink.url, uploading, bench);
      return { name: "streaming", title: TITLE, contenders: [], rows: [...down, ...up], skipped: [] };
    } finally {
      await sink.stop();
    }
  },
};

async function measure(
  direction: "download" | "upload",
  originUrl: string,
  transfer: Transfer,
  bench: Bench,
): Promise<Row[]> {
  const edges = [
    await onWorkerd({ worker: "headgate", sites: oneSite(originUrl), originUrl }, bench),
    await onWorkerd({ worker: "bare-fetch", originUrl }, bench),
  ] as const;
  try {
    for (const edge of edges)
      await oneRequest(`${edge.url}${fileAt(PASSED, "10k")}`, HEADERS).catch(() => {});
    const before = edges.map(({ pids }) => residentMBOf(pids));
    for (const { pids } of edges) forgetPeakOf(pids);
    const times: [headgate: number, bare: number][] = [];
    for (let round = 1; round <= bench.rounds; round++) {
      bench.progress(`${direction}, round ${round} of ${bench.rounds}`);
      times.push([await transfer(edges[0]), await transfer(edges[1])]);
    }
    const grown = edges.map(({ pids }, index) => peakMemoryMBOf(pids) - (before[index] ?? 0));
    const article = direction === "upload" ? "an" : "a";
    const megabytesPerSecond = (ms: number) => BYTES / 1_000 / ms;
    return [
      {
        name: `${direction}, headgate / bare fetch`,
        unit: "times",
        value: spreadOf(times.map(([one, other]) => other / one)),
      },
      {
        name: `${direction}, headgate`,
        unit: "MB/s",
        value: spreadOf(times.map(([ms]) => megabytesPerSecond(ms))),
      },
      {
        name: `${direction}, bare fetch`,
        unit: "MB/s",
        value: spreadOf(times.map(([, ms]) => megabytesPerSecond(ms))),
      },
      {
        name: `memory grown by ${article} ${direction}`,
        unit: "MB",
        value: spreadOf([grown[0] ?? Number.NaN]),
      },
      {
        name: `memory grown by ${article} ${direction}, bare fetch`,
        unit: "MB",
        value: spreadOf([grown[1] ?? Number.NaN]),
      },
    ];
  } finally {
    await Promise.all(edges.map((edge) => edge.stop()));
  }
}
