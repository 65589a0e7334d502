// A site goes through its versions while it is asked for all the time: no request fails, and each client gets the version that the
// record gives it.
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoadedSite } from "../../cli/judge-file.ts";
import { ok } from "../../shared/result.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import { readSiteFile } from "../../shared/site/read-site-file.ts";
import { aborted, promoted, rolledBack, versionBefore } from "../../shared/site/record-changes.ts";
import { versionKey } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { changeVersion, type Decide } from "../../worker/publishing/change-version.ts";
import { pushSites } from "../../worker/publishing/push-sites.ts";
import { storedText } from "../../worker/publishing/stored-text.ts";
import { standingOf } from "../../worker/routing/rollout.ts";
import { onFolder, onMiniflare, type VersionedEdge } from "../support/versioned-edges.ts";

const SALT = "a salt";
const CLIENTS = Array.from({ length: 60 }, (_, at) => `192.0.2.${at}`);
const inShare = (share: number) => CLIENTS.filter((ip) => standingOf(ip, SALT) < share);
const HOSTS = ["shop.test", "www.shop.test"];

async function aSite(body: string): Promise<LoadedSite> {
  const file = {
    hosts: HOSTS,
    trustedProxies: ["127.0.0.1/32"],
    log: { sample: 0 },
    routes: [{ id: "rest", respond: { body } }],
  };
  const read = readSiteFile(JSON.stringify(file), "site.json");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const { site, json } = read.value;
  const version = await fingerprintOf(json);
  return { ...read.value, file: "site.json", version, stored: await storedText({ site, json, version }) };
}

describe.each([
  ["Miniflare's KV", onMiniflare],
  ["the folder of `serve`", onFolder],
] as const)("the versions of a site in %s", (_name, start) => {
  let edge: VersionedEdge;
  beforeAll(async () => {
    edge = await start();
  }, 60_000);
  afterAll(() => edge.stop());

  const get = async (ip: string, host = "shop.test") => {
    const headers = { host, "x-forwarded-for": ip, "cf-connecting-ip": ip };
    const answer = await request(`${edge.url}/`, { headers });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  const push = async (body: string, share?: number) => {
    const wishes = { takeHosts: [], removeHosts: [], prune: false, share };
    const now = new Date().toISOString();
    const pushed = await pushSites([await aSite(body)], edge.store, wishes, { now, salt: SALT });
    if (!pushed.ok) throw new Error(pushed.error);
  };
  const change = async (decide: Decide) => {
    const changed = await changeVersion(edge.store, "www.shop.test", decide);
    if (!changed.ok) throw new Error(changed.error);
  };
  /** Who gets this body, once everybody gets one of the two. */
  const whoGets = async (body: string, expected: readonly string[]) => {
    let got: string[] = [];
    for (let look = 0; look < 40; look++) {
      const answers = await Promise.all(CLIENTS.map((ip, at) => get(ip, HOSTS[at % 2])));
      got = CLIENTS.filter((_, at) => answers[at]?.text === body);
      if (got.join() === expected.join()) return got;
    }
    return got;
  };

  it("change under load without a failed request", { timeout: 60_000 }, async () => {
    await push("a");
    const statuses = new Map<number, number>();
    const bodies = new Set<string>();
    let isOver = false;
    const load = async (from: number) => {
      for (let n = from; !isOver && n < 50_000; n++) {
        const { status, text } = await get(CLIENTS[n % CLIENTS.length] ?? "", HOSTS[n % 2]);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        bodies.add(text);
      }
    };
    const loads = [0, 1].map(load);

    expect(await whoGets("a", CLIENTS)).toEqual(CLIENTS);
    await push("b", 0.2);
    expect(await whoGets("b", inShare(0.2))).toEqual(inShare(0.2));
    await push("b", 0.6);
    expect(await whoGets("b", inShare(0.6))).toEqual(inShare(0.6));
    await change((record) => ok({ version: record.live, after: (hosts) => aborted(record, hosts) }));
    expect(await whoGets("a", CLIENTS)).toEqual(CLIENTS);
    await push("b", 0.2);
    await change((record) =>
      ok({ version: record.next?.version ?? "", after: (hosts) => promoted(record, hosts) }),
    );
    expect(await whoGets("b", CLIENTS)).toEqual(CLIENTS);
    await push("c");
    expect(await whoGets("c", CLIENTS)).toEqual(CLIENTS);
    for (const body of ["b", "a"]) {
      await change((record) => {
        const before = versionBefore(record);
        if (!before.ok) return before;
        return ok({
          version: before.value,
          after: (hosts) => rolledBack(record, { version: before.value, hosts }),
        });
      });
      expect(await whoGets(body, CLIENTS)).toEqual(CLIENTS);
    }

    isOver = true;
    await Promise.all(loads);
    expect([...statuses.keys()]).toEqual([200]);
    expect([...bodies].sort()).toEqual(["a", "b", "c"]);
  });

  it("leave the last good one in use while the live one is missing", { timeout: 60_000 }, async () => {
    await push("good");
    expect(await whoGets("good", CLIENTS)).toEqual(CLIENTS);
    const { version } = await aSite("late");
    const read = await edge.store.read([siteKey("shop.test")]);
    const record = JSON.parse((read.ok && read.value.get(siteKey("shop.test"))) || "");
    await edge.store.write([
      { key: siteKey("shop.test"), value: JSON.stringify({ ...record, live: version }) },
    ]);
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(CLIENTS.slice(0, 10).map((ip) => get(ip)));
      expect(answers.every(({ text }) => text === "good")).toBe(true);
    }
    await edge.store.write([{ key: versionKey("shop.test", version), value: (await aSite("late")).stored }]);
    expect(await whoGets("late", CLIENTS)).toEqual(CLIENTS);
  });
});
