// `/metrics` of an edge with more sites than one answer can hold.
import { describe, expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import { metricsText } from "../../../worker/admin/metrics.ts";
import { isInPart, readPart } from "../../../worker/admin/metrics-part.ts";
import type { Ports } from "../../../worker/isolate.ts";
import { NO_COUNTS } from "../../../worker/keeping/counts.ts";
import type { PatternPage } from "../../../worker/ports.ts";
import { pushed } from "../../support/isolate.ts";

/** Each site has two hosts: a name, and one that points to it. */
async function anEdge(sites: number) {
  const names = Array.from({ length: sites }, (_, at) => `shop-${String(at).padStart(4, "0")}.test`);
  const texts = new Map<string, string>();
  for (const name of names) {
    const file = { hosts: [name, `www.${name}`], routes: [{ id: "a", respond: { body: "a" } }] };
    for (const [pattern, text] of await pushed(file)) texts.set(pattern, text);
  }
  const calls = { reads: 0, tallies: [] as string[], lists: 0 };
  const patterns = async ({ after, limit }: PatternPage) => {
    calls.lists++;
    return [...texts.keys()]
      .sort()
      .filter((one) => after === undefined || one > after)
      .slice(0, limit);
  };
  const read = async (pattern: string) => {
    calls.reads++;
    return texts.get(pattern);
  };
  const tally = async (site: string) => {
    calls.tallies.push(site);
    return ok({ since: 0, totals: NO_COUNTS, recent: { counts: NO_COUNTS, overMs: 0 } });
  };
  const ports = {
    sites: { read, patterns },
    keepers: { tally },
    log: { warn: () => {} },
  } as unknown as Ports;
  return { names, calls, ports };
}

const sitesIn = (text: string) =>
  [...text.matchAll(/^headgate_keeper_up\{site="([^"]+)"\} 1$/gm)].map(([, site]) => site);

describe("metrics of many sites", () => {
  it("are whole if there are few", async () => {
    const { names, ports, calls } = await anEdge(20);
    const text = await metricsText(undefined, ports);
    expect(text.ok && sitesIn(text.value)).toEqual(names);
    expect(text.ok && text.value).not.toContain("Ask for parts");
    expect(calls.tallies.sort()).toEqual(names);
  });

  it("say into how many parts they are to be divided, and each site is in one of them", async () => {
    const { names, ports, calls } = await anEdge(450);
    const cut = await metricsText(undefined, ports);
    const [, count] =
      (cut.ok && /^# Only 400 hosts are here\. .*part=1\/(\d+) to \1\/\1\.\n/.exec(cut.value)) || [];
    expect(count).toBe("3");
    const found: (string | undefined)[] = [];
    for (const index of [1, 2, 3]) {
      Object.assign(calls, { reads: 0, tallies: [], lists: 0 });
      const text = await metricsText(`${index}/3`, ports);
      if (!text.ok) throw new Error(text.error.reason);
      expect(text.value).not.toContain("Ask for parts");
      found.push(...sitesIn(text.value));
      expect(calls.reads + calls.tallies.length + calls.lists).toBeLessThan(1_000);
    }
    expect(found.sort()).toEqual(names);
  });

  it.each(["0/1", "2/1", "1", "1/0", "a/b", "1/1001", "-1/2", "1/2/3", ""])(
    "are not in part %s",
    async (part) => {
      const { ports } = await anEdge(1);
      expect(await metricsText(part, ports)).toEqual({
        ok: false,
        error: { reason: "invalid-input", problems: [{ path: "part", message: "is no part; write 2/5" }] },
      });
    },
  );
});

it("divides hosts evenly", () => {
  const hosts = Array.from({ length: 3_000 }, (_, at) => `${at}.example.com`);
  for (const index of [1, 2, 3, 4, 5]) {
    const part = readPart(`${index}/5`);
    const share = hosts.filter((host) => part && isInPart(host, part)).length;
    expect(Math.abs(share - 600)).toBeLessThan(90);
  }
});
