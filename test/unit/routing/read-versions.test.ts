// A site that is stored as a record and versions: what is read of it, how often, and what serves when something is wrong.
import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../shared/site/fingerprint.ts";
import { recordText, type SiteRecord } from "../../../shared/site/site-record.ts";
import type { Asked } from "../../../worker/message.ts";
import { findSite, type SitePorts } from "../../../worker/routing/find-site.ts";
import { readRequest } from "../../../worker/routing/read-request.ts";
import { standingOf } from "../../../worker/routing/rollout.ts";
import { SiteShelf } from "../../../worker/routing/site-shelf.ts";
import { asPushed } from "../../support/as-pushed.ts";

const REFRESH_MS = 10_000;
const EXPIRE_MS = 60_000;
const SALT = "salt";

const fileOf = (body: string, hosts = ["shop.test", "www.test"]) =>
  JSON.stringify({ hosts, routes: [{ id: "rest", respond: { body } }] });
const [A, B, C] = await Promise.all(["a", "b", "c"].map((body) => fingerprintOf(fileOf(body))));

const record = (
  live: string,
  next?: { version: string; share: number },
  more: Partial<SiteRecord> = {},
): string =>
  recordText({
    site: "shop.test",
    live,
    ...(next && { next: { ...next, salt: SALT } }),
    hosts: ["shop.test", "www.test"],
    before: [],
    kept: [],
    retired: [],
    ...more,
  });

const asksFrom = (ip: string, host = "shop.test"): Asked => {
  const headers = new Headers({ host });
  const read = readRequest({ method: "GET", url: `https://${host}/`, headers }, { ip, country: undefined });
  if (!read.ok) throw new Error("no request");
  return read.value;
};
const CLIENTS = Array.from({ length: 100 }, (_, at) => `192.0.2.${at}`);
const EARLY = CLIENTS.find((ip) => standingOf(ip, SALT) < 0.1) ?? "";
const LATE = CLIENTS.find((ip) => standingOf(ip, SALT) > 0.9) ?? "";

async function aWorld(more: Record<string, string> = {}) {
  const versions: Record<string, string> = {};
  for (const body of ["a", "b", "c"]) {
    const file = fileOf(body);
    versions[`shop.test:${await fingerprintOf(file)}`] = await asPushed(file);
  }
  const world = {
    texts: { "shop.test": record(`${A}`), "www.test": '{"sameAs":"shop.test"}', ...more } as Record<
      string,
      string
    >,
    versions,
    /** What a data centre keeps, whatever the store has by now. */
    keptNearby: {} as Record<string, string | undefined>,
    down: false,
    now: 1_000_000,
    reads: [] as string[],
    warnings: [] as { message: string; evidence: Record<string, unknown> }[],
    background: [] as Promise<unknown>[],
  };
  const ports: SitePorts = {
    secrets: () => undefined,
    now: () => world.now,
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    background: (work) => void world.background.push(work),
    log: { request: () => {}, warn: (message, evidence) => void world.warnings.push({ message, evidence }) },
    sites: {
      read: async (pattern) => {
        world.reads.push(pattern);
        return world.texts[pattern];
      },
      readVersion: async ({ site, version }, copy = "any") => {
        const name = `${site}:${version}`;
        world.reads.push(copy === "any" ? version : `${version} unseen`);
        if (world.down) throw new Error("the store is down");
        return copy === "any" && name in world.keptNearby ? world.keptNearby[name] : world.versions[name];
      },
    },
    shelf: new SiteShelf({ refreshAfterMs: REFRESH_MS, expireAfterMs: EXPIRE_MS }),
  };
  const find = async (ip: string = LATE, host = "shop.test") => {
    const found = await findSite(host, ports, asksFrom(ip, host));
    if (!found.ok) return found.error.reason;
    const action = found.value.routes[0]?.().action;
    return action?.kind === "respond" ? action.body : "no body";
  };
  return Object.assign(world, {
    ports,
    find,
    /** Long enough that the next request waits for what is in the store by now. */
    async findAfterAWhile(ip?: string, host?: string) {
      world.now += EXPIRE_MS;
      return find(ip, host);
    },
  });
}

describe("a site stored as a record", () => {
  it("is served in the version that the record names as live, under all of its hosts", async () => {
    const world = await aWorld();
    expect(await world.find()).toBe("a");
    expect(await world.find(LATE, "www.test")).toBe("a");
    const found = await findSite("shop.test", world.ports);
    expect(found.ok && found.value.version).toBe(A);
    expect(world.reads).toEqual(["shop.test", A, "www.test"]);
  });

  it("is at hand from then on", async () => {
    const world = await aWorld();
    await world.find(LATE, "www.test");
    expect(findSite("www.test", world.ports, asksFrom(LATE))).toMatchObject({ ok: true });
  });

  it("costs one reading of the small record while nothing changes", async () => {
    const world = await aWorld();
    await world.find();
    const before = world.reads.length;
    for (let round = 0; round < 3; round++) await world.findAfterAWhile();
    expect(world.reads.slice(before)).toEqual(["shop.test", "shop.test", "shop.test"]);
  });

  it("changes with one write of the record; the version is read once", async () => {
    const world = await aWorld();
    await world.find();
    world.texts["shop.test"] = record(`${B}`);
    expect(await world.findAfterAWhile()).toBe("b");
    expect(await world.findAfterAWhile()).toBe("b");
    expect(world.reads.filter((read) => read === B)).toHaveLength(1);
  });

  it("follows a text that stood there before there were versions, and gives way to one", async () => {
    const world = await aWorld({ "shop.test": await asPushed(fileOf("old")) });
    expect(await world.find()).toBe("old");
    world.texts["shop.test"] = record(`${A}`);
    expect(await world.findAfterAWhile()).toBe("a");
    world.texts["shop.test"] = fileOf("by hand");
    expect(await world.findAfterAWhile()).toBe("by hand");
  });

  it("may have a version that was stored by hand, as JSON", async () => {
    const world = await aWorld();
    world.versions[`shop.test:${C}`] = fileOf("c");
    world.texts["shop.test"] = JSON.stringify({ site: "shop.test", live: C });
    expect(await world.find()).toBe("c");
    const found = await findSite("shop.test", world.ports);
    expect(found.ok && found.value.version).toBe(C);
  });
});

describe("a rollout", () => {
  it("gives the next version to the clients in its share, and the live one to the others", async () => {
    const world = await aWorld();
    world.texts["shop.test"] = record(`${A}`, { version: `${B}`, share: 0.5 });
    expect([await world.find(EARLY), await world.find(LATE)]).toEqual(["b", "a"]);
    expect([await world.find(EARLY, "www.test"), await world.find(LATE, "www.test")]).toEqual(["b", "a"]);
    expect([...world.reads].sort()).toEqual(["shop.test", "www.test", A, B].sort());
  });

  it("reads no version again that the isolate has: begun, grown, promoted, aborted", async () => {
    const world = await aWorld();
    await world.find();
    world.texts["shop.test"] = record(`${A}`, { version: `${B}`, share: 0.2 });
    expect(await world.findAfterAWhile(EARLY)).toBe("b");
    world.texts["shop.test"] = record(`${A}`, { version: `${B}`, share: 0.99 });
    expect(await world.findAfterAWhile(LATE)).toMatch(/^[ab]$/);
    world.texts["shop.test"] = record(`${B}`);
    expect(await world.findAfterAWhile(LATE)).toBe("b");
    expect(world.reads.filter((read) => read !== "shop.test")).toEqual([A, B]);
  });

  it("serves a host that only the next version has to the clients in the share only", async () => {
    const world = await aWorld({ "new.test": '{"sameAs":"shop.test"}', "*": fileOf("everything", ["*"]) });
    const file = fileOf("wider", ["shop.test", "new.test"]);
    const wider = await fingerprintOf(file);
    world.versions[`shop.test:${wider}`] = await asPushed(file);
    world.texts["shop.test"] = record(`${A}`, { version: wider, share: 0.5 });
    expect(await world.find(EARLY, "new.test")).toBe("wider");
    expect(await world.find(LATE, "new.test")).toBe("everything");
  });

  it("leaves everyone on the live version while the next one cannot be used, and says so once", async () => {
    const world = await aWorld();
    delete world.versions[`shop.test:${B}`];
    world.texts["shop.test"] = record(`${A}`, { version: `${B}`, share: 0.5 });
    expect([await world.find(EARLY), await world.find(LATE)]).toEqual(["a", "a"]);
    expect(await world.findAfterAWhile(EARLY)).toBe("a");
    expect(world.warnings).toHaveLength(1);
    world.versions[`shop.test:${B}`] = await asPushed(fileOf("b"));
    expect(await world.findAfterAWhile(EARLY)).toBe("b");
    expect(world.reads.filter((read) => read === A)).toHaveLength(1);
  });
});

describe("a version that is missing or broken", () => {
  const WARNING = "a version of the site cannot be used; the last good one stays in use, if there is one";
  const broken = [
    ["missing", () => undefined],
    ["invalid", () => "{"],
    ["invalid", (text: string) => text.replace('"b"', '"x"')],
    ["invalid", () => '{"sameAs":"shop.test"}'],
    ["invalid", () => record(`${B}`)],
    ["invalid", async () => asPushed(fileOf("c"))],
  ] as const;

  it.each(broken)("leaves the last good one in use, and the log names it: %s", async (why, breaking) => {
    const world = await aWorld();
    await world.find();
    const name = `shop.test:${B}`;
    const good = world.versions[name] ?? "";
    const bad = await breaking(good);
    if (bad === undefined) delete world.versions[name];
    else world.versions[name] = bad;
    world.texts["shop.test"] = record(`${B}`);
    for (let round = 0; round < 3; round++) expect(await world.findAfterAWhile()).toBe("a");
    expect(world.warnings).toMatchObject([
      { message: WARNING, evidence: { pattern: "shop.test", versions: [{ version: B, why }] } },
    ]);
    world.versions[name] = good; // pushed again
    expect(await world.findAfterAWhile()).toBe("b");
  });

  it("is unavailable or invalid where there is no good one, until it is there", async () => {
    for (const [text, reason] of [
      [undefined, "site-unavailable"],
      ["{", "site-invalid"],
    ] as const) {
      const world = await aWorld();
      const name = `shop.test:${A}`;
      const good = world.versions[name] ?? "";
      if (text === undefined) delete world.versions[name];
      else world.versions[name] = text;
      expect(await world.find()).toBe(reason);
      world.versions[name] = good;
      world.now += 1_000;
      expect(await world.find()).toBe("a");
    }
  });

  it("is asked for past what a data centre has kept of it", async () => {
    const world = await aWorld();
    world.keptNearby[`shop.test:${A}`] = undefined;
    expect(await world.find()).toBe("a");
    expect(world.reads).toEqual(["shop.test", A, `${A} unseen`]);
  });

  it("counts as a failure of the store where that fails", async () => {
    const world = await aWorld();
    await world.find();
    world.texts["shop.test"] = record(`${B}`);
    world.down = true;
    expect(await world.findAfterAWhile()).toBe("a");
    expect(world.warnings).toMatchObject([
      { evidence: { versions: [{ version: B, why: "the store failed" }] } },
    ]);
    world.down = false;
    expect(await world.findAfterAWhile()).toBe("b");
  });

  it("is missing in a store that has no versions", async () => {
    const world = await aWorld();
    const { read } = world.ports.sites;
    const found = await findSite("shop.test", { ...world.ports, sites: { read } });
    expect(found).toMatchObject({ ok: false, error: { reason: "site-unavailable" } });
  });
});

describe("a record", () => {
  it.each([
    ["names another site", JSON.stringify({ site: "other.test", live: A })],
    ["names no site", JSON.stringify({ live: A })],
    ["has a version that is none", JSON.stringify({ site: "shop.test", live: "a:b" })],
    ["has a share of nothing", record(`${A}`, { version: `${B}`, share: 0 })],
    ["has a share of everything", record(`${A}`, { version: `${B}`, share: 1 })],
    [
      "has a share that is no number",
      JSON.stringify({ site: "shop.test", live: A, next: { version: B, share: "5%", salt: "" } }),
    ],
    ["has no salt", JSON.stringify({ site: "shop.test", live: A, next: { version: B, share: 0.5 } })],
  ])("that %s is refused, and the last good site stays", async (_what, text) => {
    const cold = await aWorld({ "shop.test": text });
    expect(await cold.find()).toBe("site-invalid");
    const world = await aWorld();
    await world.find();
    world.texts["shop.test"] = text;
    for (let round = 0; round < 3; round++) expect(await world.findAfterAWhile()).toBe("a");
    expect(world.warnings).toHaveLength(1);
  });
});
