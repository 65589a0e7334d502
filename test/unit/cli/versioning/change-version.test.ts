// Pushing, rolling out, rolling back, promoting and aborting against Cloudflare's KV as far as it is known here: what the edge
// would serve afterwards, also where it breaks off half-way.
import { describe, expect, it } from "vitest";
import type { LoadedSite } from "../../../../cli/judge-file.ts";
import { CloudflareApi } from "../../../../cli/pushing/cloudflare-api.ts";
import { CloudflareKv } from "../../../../cli/pushing/cloudflare-kv.ts";
import { changeError } from "../../../../cli/versioning/change-report.ts";
import { readVersion } from "../../../../cli/versioning/read-version.ts";
import { err, ok } from "../../../../shared/result.ts";
import { fingerprintOf } from "../../../../shared/site/fingerprint.ts";
import { versionNamed } from "../../../../shared/site/name-version.ts";
import { readSiteFile } from "../../../../shared/site/read-site-file.ts";
import { aborted, promoted, rolledBack, versionBefore } from "../../../../shared/site/record-changes.ts";
import type { SiteRecord } from "../../../../shared/site/site-record.ts";
import { changeVersion, type Decide } from "../../../../worker/publishing/change-version.ts";
import { pushSites } from "../../../../worker/publishing/push-sites.ts";
import { storedSite } from "../../../../worker/publishing/stored-site.ts";
import { storedText } from "../../../../worker/publishing/stored-text.ts";
import { storedVersion as storedAt } from "../../../../worker/publishing/stored-version.ts";
import { ACCOUNT, NAMESPACE, TOKEN, useFakeCloudflare } from "../../../support/fake-cloudflare.ts";

/** As `pull` reads it. */
async function storedVersion(...asked: Parameters<typeof storedAt>) {
  const stored = await storedAt(...asked);
  return stored.ok ? readVersion(stored.value) : stored;
}

const MOMENT = { now: "2026-11-28T16:00:00.000Z", salt: "0123456789abcdef" };
const NO_FAULT = { refuses: () => false };

const sourceOf = (body: string, hosts: readonly string[]) =>
  `# ${body}\nhosts: [${hosts.join(", ")}]\nroutes: [{ id: all, respond: { body: ${body} } }]\n`;

async function loaded(body: string, hosts: readonly string[]): Promise<LoadedSite> {
  const source = sourceOf(body, hosts);
  const read = readSiteFile(source, "shop.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const { site, json } = read.value;
  const version = await fingerprintOf(json);
  return {
    ...read.value,
    file: "shop.yaml",
    version,
    source,
    stored: await storedText({ site, json, version }),
  };
}

const rollback =
  (word?: string): Decide =>
  (record) => {
    const version = word === undefined ? versionBefore(record) : versionNamed(word, record);
    if (!version.ok) return version;
    return ok({
      version: version.value,
      after: (hosts) => rolledBack(record, { version: version.value, hosts }),
    });
  };
const promote: Decide = (record) =>
  record.next ? ok({ version: record.next.version, after: (hosts) => promoted(record, hosts) }) : err("none");
const abort: Decide = (record) => ok({ version: record.live, after: (hosts) => aborted(record, hosts) });

describe("a site in versions", () => {
  const fake = useFakeCloudflare();
  const HOSTS = ["shop.test", "www.test"];
  const store = () => {
    const credentials = { authorization: `Bearer ${TOKEN}` };
    const api = new CloudflareApi({ baseUrl: fake.url, credentials, tell: () => {} });
    return new CloudflareKv(api, ACCOUNT, NAMESPACE);
  };
  const push = async (body: string, { hosts = HOSTS, share }: { hosts?: string[]; share?: number } = {}) => {
    const site = await loaded(body, hosts);
    const wishes = { takeHosts: [], removeHosts: [], prune: false, share };
    const pushed = await pushSites([site], store(), wishes, MOMENT);
    if (!pushed.ok) throw new Error(pushed.error);
    expect(pushed.value.refused).toEqual([]);
    return { version: site.version, ...pushed.value };
  };
  const change = async (decide: Decide, host = "shop.test") => {
    fake.calls = [];
    const changed = await changeVersion(store(), host, decide);
    if (!changed.ok) throw new Error(changed.error);
    return changed.value;
  };
  const record = (): SiteRecord => JSON.parse(fake.held.get("site:shop.test") ?? "");

  it("is rolled back with one write of one key", async () => {
    const a = await push("a");
    const b = await push("b");
    expect(record()).toMatchObject({ live: b.version, before: [a.version] });
    const { written } = await change(rollback(), "www.test");
    expect([...written.done]).toEqual(["site:shop.test"]);
    expect(fake.calls.filter(({ operation }) => operation === "put")).toEqual([
      { operation: "put", keys: 1 },
    ]);
    expect(record()).toMatchObject({ live: a.version, before: [] });
    await expect(change(rollback())).rejects.toThrow(`shop.test has no version before ${a.version}`);
    await change(rollback(b.version.slice(0, 6)));
    expect(record().live).toBe(b.version);
  });

  it("is rolled out, and then promoted or aborted, each with one write", async () => {
    const a = await push("a");
    const b = await push("b", { share: 0.05 });
    expect(record()).toMatchObject({
      live: a.version,
      next: { version: b.version, share: 0.05, salt: MOMENT.salt },
    });
    await push("b", { share: 0.5 });
    expect(record().next).toEqual({ version: b.version, share: 0.5, salt: MOMENT.salt });
    await change(abort);
    expect(record()).toMatchObject({ live: a.version });
    expect(record().next).toBeUndefined();
    await push("b", { share: 0.05 });
    await change(promote);
    expect(record()).toMatchObject({ live: b.version, before: [a.version] });
    expect(fake.count("put")).toBe(1);
  });

  it("refuses a rollout where nothing is live, and writes nothing", async () => {
    const pushed = await pushSites(
      [await loaded("a", HOSTS)],
      store(),
      { takeHosts: [], removeHosts: [], prune: false, share: 0.1 },
      MOMENT,
    );
    expect(pushed).toEqual({
      ok: false,
      error: "shop.test has no live version that a rollout could begin beside: push it without --share first",
    });
    expect(fake.held.size).toBe(0);
  });

  it("takes no host from another site in a rollout, whatever it is told", async () => {
    await push("other", { hosts: ["other.test", "moving.test"] });
    await push("a");
    const before = new Map(fake.held);
    const wishes = { takeHosts: ["moving.test"], removeHosts: [], prune: false, share: 0.1 };
    const pushed = await pushSites([await loaded("b", [...HOSTS, "moving.test"])], store(), wishes, MOMENT);
    expect(pushed).toEqual({
      ok: false,
      error:
        "moving.test belongs to the site other.test, and a rollout takes no host from another site: push shop.test without --share, or leave the host out",
    });
    expect(fake.held).toEqual(before);
  });

  it("has its text and its file in the store, which a push writes again if they are gone", async () => {
    const { version } = await push("a");
    const standing = await storedSite(store(), "www.test");
    if (!standing.ok) throw new Error(standing.error);
    const stored = await storedVersion(store(), standing.value, version);
    expect(stored).toMatchObject({
      ok: true,
      value: { source: sourceOf("a", HOSTS), isSourceAsWritten: true },
    });
    fake.held.delete(`version:shop.test:${version}`);
    expect(await storedVersion(store(), standing.value, version)).toEqual({
      ok: false,
      error: `the text of version ${version} of shop.test is gone from the store: push its file again`,
    });
    await push("a");
    expect(fake.held.has(`version:shop.test:${version}`)).toBe(true);
  });

  it("gives its file as JSON where that is not stored, or was changed", async () => {
    const { version } = await push("a");
    const standing = await storedSite(store(), undefined);
    if (!standing.ok) throw new Error(standing.error);
    for (const source of [undefined, sourceOf("b", HOSTS), "{"]) {
      if (source === undefined) fake.held.delete(`source:shop.test:${version}`);
      else fake.held.set(`source:shop.test:${version}`, source);
      const stored = await storedVersion(store(), standing.value, version);
      if (!stored.ok) throw new Error(stored.error);
      expect(stored.value.isSourceAsWritten).toBe(false);
      expect(JSON.parse(stored.value.source)).toEqual({
        hosts: HOSTS,
        routes: [{ id: "all", respond: { body: "a" } }],
      });
    }
  });

  it("is not changed to a version whose text is gone or broken", async () => {
    const { version } = await push("a");
    await push("b");
    const before = new Map(fake.held);
    const key = `version:shop.test:${version}`;
    fake.held.set(key, (fake.held.get(key) ?? "").replace('"a"', '"x"'));
    await expect(change(rollback())).rejects.toThrow("is not valid any more: push its file again");
    fake.held.delete(key);
    await expect(change(rollback())).rejects.toThrow("is gone from the store: push its file again");
    before.delete(key);
    expect(fake.held).toEqual(before);
  });

  it("gets the pointers of an earlier version back, before the record", async () => {
    await push("a", { hosts: ["shop.test", "www.test", "old.test"] });
    await push("b");
    fake.held.delete("site:old.test");
    const { written } = await change(rollback());
    expect([...written.done]).toEqual(["site:old.test", "site:shop.test"]);
    expect(fake.held.get("site:old.test")).toBe('{"sameAs":"shop.test"}');
    expect(record().hosts).toContain("old.test");
  });

  it("takes no host back that is another site's by now", async () => {
    await push("a", { hosts: ["shop.test", "www.test", "old.test"] });
    await push("b");
    fake.held.delete("site:old.test");
    await push("other", { hosts: ["other.test", "old.test"] });
    const before = new Map(fake.held);
    await expect(change(rollback())).rejects.toThrow(
      "old.test belongs to the site other.test by now: push the file of this version with --take-host 'old.test'",
    );
    expect(fake.held).toEqual(before);
  });

  it("says what was written when a rollback breaks off, and can be rolled back again", async () => {
    const a = await push("a", { hosts: ["shop.test", "www.test", "old.test"] });
    const b = await push("b");
    fake.held.delete("site:old.test");
    fake.fails("put", NO_FAULT, { status: 403 });
    const broken = await change(rollback());
    expect(record().live).toBe(b.version);
    expect(changeError(broken)).toMatch(
      new RegExp(
        `^Cloudflare answered 403: .*\nVersion ${b.version} of shop\\.test is live as before; written was only site:old\\.test\\.\nRun it again`,
      ),
    );
    const again = await change(rollback());
    expect([...again.written.done]).toEqual(["site:shop.test"]);
    expect(record().live).toBe(a.version);
  });

  it("does not call live what it is unsure of", async () => {
    await push("a");
    await push("b");
    fake.fails("put", ...Array.from({ length: 5 }, () => ({ status: 500, headers: { "retry-after": "0" } })));
    expect(changeError(await change(rollback()))).toContain("It is unsure whether version");
  });

  it("has nothing to write where the version is live already", async () => {
    const { version } = await push("a");
    const { written } = await change(rollback("live"));
    expect([written.done.size, fake.count("put"), record().live]).toEqual([0, 0, version]);
  });

  it("keeps serving what it served when a push breaks off at any step", async () => {
    const a = await push("a");
    for (const faults of [
      [{ status: 403 }],
      [NO_FAULT, { status: 403 }],
      [NO_FAULT, NO_FAULT, { status: 403 }],
    ]) {
      fake.fails("put", ...faults);
      const { written } = await push("b", { hosts: [...HOSTS, "new.test"] });
      expect(written.failure).toContain("403");
      const { live } = record();
      expect(fake.held.has(`version:shop.test:${live}`)).toBe(true);
      expect([a.version, (await loaded("b", [...HOSTS, "new.test"])).version]).toContain(live);
    }
    await push("b", { hosts: [...HOSTS, "new.test"] });
    expect(fake.held.get("site:new.test")).toBe('{"sameAs":"shop.test"}');
  });

  it("loses the texts of versions that were retired a day ago, with the next push", async () => {
    const first = await push("a");
    for (let n = 0; n < 21; n++) await push(`b${n}`);
    const retired = record().retired.map(({ key }) => key);
    expect(retired).toContain(`version:shop.test:${first.version}`);
    expect(retired.every((key) => fake.held.has(key))).toBe(true);
    const site = await loaded("c", HOSTS);
    const wishes = { takeHosts: [], removeHosts: [], prune: false };
    await pushSites([site], store(), wishes, { ...MOMENT, now: "2026-11-29T16:00:00.000Z" });
    expect(retired.filter((key) => fake.held.has(key))).toEqual([]);
    expect(record().retired.map(({ key }) => key)).not.toContain(retired[0]);
    expect(fake.held.has(`version:shop.test:${site.version}`)).toBe(true);
  });
});

describe("a word for a version", () => {
  const held: SiteRecord = {
    site: "shop.test",
    live: "aaaa11112222",
    next: { version: "aaaa33334444", share: 0.1, salt: "" },
    hosts: [],
    before: [],
    kept: ["aaaa33334444", "aaaa11112222", "bbbb00000000"].map((version) => ({ version, pushedAt: null })),
    retired: [],
  };

  it.each([
    ["live", "aaaa11112222"],
    ["next", "aaaa33334444"],
    ["bbbb", "bbbb00000000"],
    ["aaaa1", "aaaa11112222"],
  ])("names it: %s", (word, version) => {
    expect(versionNamed(word, held)).toEqual(ok(version));
  });

  it.each([
    ["aaaa", "aaaa could be any of these versions of shop.test: aaaa11112222, aaaa33334444"],
    ["bbb", "shop.test has no version bbb, or has it no more: `headgate versions` shows those that are kept"],
    [
      "cccc",
      "shop.test has no version cccc, or has it no more: `headgate versions` shows those that are kept",
    ],
    ["", "shop.test has no version , or has it no more: `headgate versions` shows those that are kept"],
  ])("does not name one: %s", (word, error) => {
    expect(versionNamed(word, held)).toEqual(err(error));
  });

  it("is not 'next' without a rollout", () => {
    const { next: _none, ...still } = held;
    expect(versionNamed("next", still)).toEqual(
      err("shop.test has no next version: no rollout is under way"),
    );
  });
});
