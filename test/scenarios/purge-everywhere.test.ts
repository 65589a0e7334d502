// Purges in four data centres under load: once the receipt is complete, none of them answers with a byte from before, no request has
// failed, and what was not purged has not been fetched again.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PurgeMode, PurgeTarget } from "../../worker/keeping/purge-target.ts";
import { valueIn } from "../contract/keepers.contract.ts";
import { DataCentres, Load, type Seen } from "../support/data-centres.ts";
import { useOrigin } from "../support/origin.ts";

const HOST = "shop.test";
const TAGS: Record<string, string> = {
  "/news/1": "hot",
  "/news/2": "cold",
  "/newspaper": "hot",
  "/b?c=d": "cold",
};
const PATHS = Object.keys(TAGS);

/** The version of everything that the origin has. */
let version = 1;
const origin = useOrigin((ask, answer) => {
  const path = ask.url ?? "";
  const etag = `"${version}"`;
  const fields = { "cache-control": "max-age=600", "cache-tag": TAGS[path] ?? "", etag };
  if (ask.headers["if-none-match"] === etag) return void answer.writeHead(304, fields).end();
  answer.writeHead(200, fields).end(`${version} ${path}`);
});
let centres: DataCentres;
beforeAll(async () => {
  centres = await DataCentres.start(["AMS", "FRA", "IAD", "SIN"], {
    hosts: [HOST],
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [{ id: "all", to: "web" }],
  });
}, 60_000);
afterAll(() => centres.stop());

const WAYS: [what: string, target: PurgeTarget, paths: string[], mode: PurgeMode][] = [
  ["a URL", { by: "url", key: `${HOST}/b?c=d` }, ["/b?c=d"], "hard"],
  ["a prefix", { by: "prefix", host: HOST, path: "/news" }, ["/news/1", "/news/2"], "hard"],
  ["a tag", { by: "tag", tag: "hot" }, ["/news/1", "/newspaper"], "hard"],
  ["a tag, soft", { by: "tag", tag: "cold", host: HOST }, ["/news/2", "/b?c=d"], "soft"],
  ["a host", { by: "host", host: HOST }, PATHS, "hard"],
  ["everything, soft", { by: "all" }, PATHS, "soft"],
];

const pathOf = ({ text }: Seen): string => text.split(" ")[1] ?? "";
const versionOf = ({ text }: Seen): number => Number(text.split(" ")[0]);

describe("purges under load", () => {
  it("hold in every data centre once the receipt is complete", async () => {
    const load = new Load(centres, HOST, PATHS);
    const current = new Map(PATHS.map((path) => [path, 1]));
    const timesEach = PATHS.length * centres.names.length * 5;
    await expect.poll(() => load.seen.length, { timeout: 20_000 }).toBeGreaterThan(timesEach); // all have stored them
    for (const [what, target, paths, mode] of WAYS) {
      version++;
      const command = { kind: "purge", what: target, mode, overMs: 0 } as const;
      const { revision } = valueIn(await centres.keepers.apply(HOST, command));
      const since = await centres.completed(HOST, revision);
      for (const path of paths) current.set(path, version);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const after = load.seen.filter(({ sentAt }) => sentAt > since);
      expect(after.length).toBeGreaterThan(PATHS.length * centres.names.length);
      const told = new Set(after.map((seen) => `${pathOf(seen)} ${versionOf(seen)}`));
      expect([...told].sort(), what).toEqual([...current].map(([path, own]) => `${path} ${own}`).sort());
    }
    await load.end();
    // Each of the four has its own store, and asked once for each page and each time that it was purged, or little more.
    const fetched = PATHS.length + WAYS.flatMap(([, , paths]) => paths).length;
    expect(origin.seen.length).toBeGreaterThanOrEqual(fetched * centres.names.length);
    expect(origin.seen.length).toBeLessThan(fetched * centres.names.length * 1.5);
    expect(new Set(load.seen.map(({ status }) => status))).toEqual(new Set([200]));
  }, 120_000);
});
