// The forms in which address lists are published, and what is no list at all.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { MAX_LIST_RANGES, readListText } from "../../../worker/keeping/list-text.ts";
import { countRanges, unpackedSet } from "../../../worker/routing/address-set.ts";

function listOf(text: string) {
  const read = readListText(text);
  if (!read.ok) return { error: read.error };
  const set = unpackedSet(read.value.words);
  return {
    ranges: countRanges(read.value.words),
    skipped: read.value.skipped,
    has: (ip: string) => set?.has(ip),
  };
}

// The heads and lines are those of the lists as published: spamhaus.org/drop/drop.txt, cloudflare.com/ips-v4 and ips-v6,
// firehol_level1.netset of firehol/blocklist-ipsets, check.torproject.org/torbulkexitlist.
const PUBLISHED = {
  spamhaus:
    "; Spamhaus DROP List 2026/11/28 - (c) 2026 The Spamhaus Project SLU\n; https://www.spamhaus.org/drop/drop.txt\n" +
    "; Last-Modified: Sat, 28 Nov 2026 12:00:00 GMT\n1.10.16.0/20 ; SBL256894\n1.19.0.0/16 ; SBL434604\n2.56.192.0/22 ; SBL459831\n",
  cloudflare: "173.245.48.0/20\n103.21.244.0/22\n2400:cb00::/32",
  firehol:
    "#\n# firehol_level1\n#\n# ipv4 hash:net ipset\n#\n# Entries           : 4 subnets, 620000000 unique IPs\n#\n" +
    "0.0.0.0/8\n1.10.16.0/20\n10.0.0.0/8\n224.0.0.0/3\n",
  tor: "171.25.193.25\n80.67.167.81\n",
};

describe("a published list", () => {
  it.each([
    ["spamhaus", 3, ["1.10.31.255", "1.19.7.8"], ["1.10.32.0", "2.56.196.0"]],
    ["cloudflare", 3, ["173.245.63.1", "2400:cb00:1::1"], ["173.245.64.0", "2400:cb01::"]],
    ["firehol", 4, ["10.1.2.3", "255.255.255.255"], ["192.0.2.1"]],
    ["tor", 2, ["80.67.167.81"], ["80.67.167.82"]],
  ] as const)("as %s writes it", (name, ranges, inside, outside) => {
    const list = listOf(PUBLISHED[name]);
    expect(list).toMatchObject({ ranges, skipped: 0 });
    for (const ip of inside) expect(list.has?.(ip), ip).toBe(true);
    for (const ip of outside) expect(list.has?.(ip), ip).toBe(false);
  });

  it("may have a mark of its encoding, any end of line, columns and remarks", () => {
    const list = listOf("\uFEFF10.0.0.0/8\r\n\r\n  192.0.2.1\tscanner\r2001:db8::/32,DE,hoster\n# end");
    expect(list).toMatchObject({ ranges: 3, skipped: 0 });
  });

  it("may be as long as its limit, and have half of all addresses", () => {
    const most = Array.from(
      { length: MAX_LIST_RANGES },
      (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
    );
    expect(listOf(most.join("\n"))).toMatchObject({ ranges: 1, skipped: 0 });
    expect(listOf("8000::/1\n128.0.0.0/1\n0.0.0.0/1\n")).toMatchObject({ ranges: 2 });
  });

  it("may have a few lines that cannot be read, which are left out", () => {
    const lines = [...[...Array(19)].map((_, at) => `10.0.${at * 2}.0/24`), "10.1.0.0/33"];
    expect(listOf(lines.join("\n"))).toMatchObject({ ranges: 19, skipped: 1 });
  });
});

describe("no list", () => {
  it.each([
    ["a page", "<!DOCTYPE html><html><body>10.0.0.1</body></html>", "html"],
    ["a page after blanks", "\uFEFF\n  <html>\n10.0.0.1\n</html>", "html"],
    ["nothing", "", "empty"],
    ["comments alone", "# under maintenance\n; come back later\n", "empty"],
    ["JSON", '{"cidr":"10.0.0.0/8"}\n', "not-a-list"],
    ["a sentence", "Too many requests. Please slow down.\n", "not-a-list"],
    ["another format", "a:10.0.0.0-10.0.0.255\nb:10.0.1.0-10.0.1.255\n192.0.2.1\n", "not-a-list"],
    ["everybody, by a slip", "10.0.0.0/8\n0.0.0.0/0\n", "everybody"],
    ["everybody with IPv6", "::/0\n", "everybody"],
    ["too much", "10.0.0.1\n".repeat(MAX_LIST_RANGES + 1), "too-many"],
  ])("is %s", (_what, text, error) => {
    expect(listOf(text)).toEqual({ error });
  });

  // A pattern that backtracks would not come to an end here.
  it("takes the time of its length, whatever it holds", () => {
    for (const piece of [" ", "\t,", "<", ";", "\uFEFF", "1.", ":"])
      expect(readListText(piece.repeat(2_000_000)).ok, piece).toBe(false);
  });

  // A publisher decides what is in the lines.
  it.each(["\n", "\r\n", "#\n", "x.\n", "1.2.3.4\n", ",,\n"])(
    "does not take the memory of its lines: %j",
    async (line) => {
      expect(await readIn(48, Buffer.alloc(8 * 1024 * 1024, line))).toBe(false);
    },
  );
});

it("reads the longest list in a part of the memory that a keeper has", async () => {
  const text = Buffer.alloc(MAX_LIST_RANGES * 24, " ");
  for (let at = 0; at < MAX_LIST_RANGES; at++) {
    const [third, fourth] = [at >> 8, at & 255].map((part) => part.toString(16));
    text.write(`2001:db8:${third}:${fourth}1::/64\n`, at * 24, "latin1");
  }
  expect(await readIn(80, text)).toBe(true);
});

/** The isolate of a keeper has 128 MB for everything. */
async function readIn(megabytes: number, bytes: Buffer): Promise<unknown> {
  const reader = new Worker(READ, {
    eval: true,
    workerData: { bytes, reader: new URL("../../../worker/keeping/list-text.ts", import.meta.url).href },
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 16 },
  });
  const [ok] = await once(reader, "message");
  return ok;
}

const READ = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { bytes, reader } = workerData;
  const text = Buffer.from(bytes).toString("latin1");
  import(reader).then(({ readListText }) => parentPort.postMessage(readListText(text).ok));
`;
