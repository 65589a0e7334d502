import { describe, expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import { CHECKING_RULES } from "../../../shared/site/checking-rules.ts";
import { fingerprintOf } from "../../../shared/site/fingerprint.ts";
import { checkedText } from "../../../shared/site/stored.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { storedText } from "../../../worker/publishing/stored-text.ts";
import { findSite, type SitePorts } from "../../../worker/routing/find-site.ts";
import { SiteShelf } from "../../../worker/routing/site-shelf.ts";

const REFRESH_MS = 10_000;
const EXPIRE_MS = 60_000;

const siteText = (body: string, ...hosts: string[]) =>
  JSON.stringify({ hosts, routes: [{ id: "rest", respond: { body } }] });
const sameAs = (pattern: string) => JSON.stringify({ sameAs: pattern });

/** A store whose readings can be held up, and a clock that is moved by hand. */
function aWorld(texts: Record<string, string>) {
  const world = {
    texts,
    down: false,
    /** While set, no reading comes back before it does. */
    held: undefined as Promise<void> | undefined,
    now: 1_000_000,
    reads: [] as string[],
    warnings: [] as string[],
    background: [] as Promise<unknown>[],
    async settled() {
      while (world.background.length > 0) await Promise.all(world.background.splice(0));
    },
  };
  const ports: SitePorts = {
    secrets: () => undefined,
    now: () => world.now,
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    background: (work) => void world.background.push(work),
    log: { request: () => {}, warn: (message) => void world.warnings.push(message) },
    sites: {
      read: async (pattern) => {
        world.reads.push(pattern);
        if (world.down) throw new Error("the store is down");
        const text = world.texts[pattern];
        await world.held;
        return text;
      },
    },
    shelf: new SiteShelf({ refreshAfterMs: REFRESH_MS, expireAfterMs: EXPIRE_MS }),
  };
  const find = async (host: string) => {
    const found = await findSite(host, ports);
    if (!found.ok) return found.error.reason;
    const action = found.value.routes[0]?.().action;
    return action?.kind === "respond" ? action.body : "no body";
  };
  return Object.assign(world, { find, ports });
}

describe("which site serves a host", () => {
  const texts = {
    "shop.test": siteText("exact", "shop.test"),
    "*.shop.test": siteText("wildcard", "*.shop.test"),
    "*.eu.shop.test": siteText("nested", "*.eu.shop.test"),
    "*": siteText("catch-all", "*"),
  };

  it("is the most specific that names it", async () => {
    const { find } = aWorld(texts);
    expect(await find("shop.test")).toBe("exact");
    expect(await find("www.shop.test")).toBe("wildcard");
    expect(await find("eu.shop.test")).toBe("wildcard");
    expect(await find("de.eu.shop.test")).toBe("nested");
    expect(await find("a.b.c.d.e.f.g.h.eu.shop.test")).toBe("nested");
    expect(await find("other.test")).toBe("catch-all");
    expect(await find("127.0.0.1")).toBe("catch-all");
  });

  it("is none where nothing names it", async () => {
    const { "*": _, ...others } = texts;
    const { find } = aWorld(others);
    expect(await find("other.test")).toBe("no-site");
    expect(await find("shop.test.evil.test")).toBe("no-site");
  });

  it("is found through a pointer, under which a further host is stored", async () => {
    const world = aWorld({
      "shop.test": siteText("shop", "shop.test", "www.shop.test", "*.shop.test"),
      "www.shop.test": sameAs("shop.test"),
      "*.shop.test": sameAs("shop.test"),
    });
    expect(await world.find("www.shop.test")).toBe("shop");
    expect(await world.find("img.shop.test")).toBe("shop");
    expect(world.reads.filter((pattern) => pattern === "shop.test")).toHaveLength(1);
  });

  it("is not found through a pointer to nothing, to a pointer, or to a site that no longer names the host", async () => {
    const { find } = aWorld({
      "lost.test": sameAs("gone.test"),
      "loop.test": sameAs("loop.test"),
      "moved.test": sameAs("shop.test"),
      "shop.test": siteText("shop", "shop.test"),
    });
    const hosts = ["lost.test", "loop.test", "moved.test"];
    for (const host of hosts) expect(await find(host)).toBe("no-site");
    // Nor from the shelf, where the site that the pointer names stands by now.
    expect(await find("shop.test")).toBe("shop");
    for (const host of hosts) expect(await find(host)).toBe("no-site");
  });
});

describe("a site that is kept", () => {
  const texts = {
    "shop.test": siteText("shop", "shop.test", "*.shop.test", "www.shop.test"),
    "*.shop.test": sameAs("shop.test"),
    "www.shop.test": sameAs("shop.test"),
  };

  it.each(["shop.test", "www.shop.test", "img.shop.test"])("is at hand from then on: %s", async (host) => {
    const { ports } = aWorld(texts);
    expect(findSite(host, ports)).toBeInstanceOf(Promise);
    await findSite(host, ports);
    expect(findSite(host, ports)).toMatchObject({ ok: true, value: { name: "shop.test" } });
  });

  it("is read, where only the pointer to it is kept", async () => {
    const { ports } = aWorld(texts);
    ports.shelf.keep("www.shop.test", {
      version: "v",
      found: ok({ sameAs: "shop.test" }),
      size: 9,
      readAt: ports.now(),
    });
    expect(await findSite("www.shop.test", ports)).toMatchObject({ ok: true, value: { name: "shop.test" } });
  });

  it("is read and compiled once while it is fresh", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    const [first, second] = [
      await findSite("shop.test", world.ports),
      await findSite("shop.test", world.ports),
    ];
    expect(first.ok && second.ok && first.value === second.value).toBe(true);
    expect(world.reads).toEqual(["shop.test"]);
  });

  it("is refreshed behind the requests' backs", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    await world.find("shop.test");
    world.texts["shop.test"] = siteText("v2", "shop.test");
    world.now += REFRESH_MS - 1;
    expect(await world.find("shop.test")).toBe("v1");
    expect(world.reads).toHaveLength(1);
    world.now += 1;
    expect(await world.find("shop.test")).toBe("v1");
    await world.settled();
    expect(await world.find("shop.test")).toBe("v2");
    expect(world.reads).toHaveLength(2);
  });

  it("is not compiled again where its text is the same", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    const first = await findSite("shop.test", world.ports);
    world.now += REFRESH_MS;
    await world.find("shop.test");
    await world.settled();
    const second = await findSite("shop.test", world.ports);
    expect(world.reads).toHaveLength(2);
    expect(first.ok && second.ok && first.value === second.value).toBe(true);
  });

  it("makes the request wait for the reading after a long sleep", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    await world.find("shop.test");
    world.texts["shop.test"] = siteText("v2", "shop.test");
    world.now += EXPIRE_MS;
    expect(await world.find("shop.test")).toBe("v2");
  });

  it("delays no request while the refresh is slow, and is read by one at a time", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    await world.find("shop.test");
    const { promise, resolve } = Promise.withResolvers<void>();
    world.held = promise;
    world.now += REFRESH_MS;
    for (let request = 0; request < 10; request++) expect(await world.find("shop.test")).toBe("v1");
    expect(world.reads).toHaveLength(2);
    resolve();
    await world.settled();
  });

  it("delays one request alone where it has expired and the store is slow", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    await world.find("shop.test");
    const { promise, resolve } = Promise.withResolvers<void>();
    world.held = promise;
    world.now += EXPIRE_MS;
    const waiting = world.find("shop.test");
    for (let request = 0; request < 10; request++) expect(await world.find("shop.test")).toBe("v1");
    resolve();
    expect(await waiting).toBe("v1");
    expect(world.reads).toHaveLength(2);
  });

  it("is gone when it has been deleted", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    await world.find("shop.test");
    delete world.texts["shop.test"];
    world.now += REFRESH_MS;
    await world.find("shop.test");
    await world.settled();
    expect(await world.find("shop.test")).toBe("no-site");
  });
});

describe("the first requests of all", () => {
  it("read the store once between them, and compile once", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    const found = await Promise.all(Array.from({ length: 100 }, () => findSite("shop.test", world.ports)));
    expect(world.reads).toEqual(["shop.test"]);
    expect(new Set(found.map((one) => one.ok && one.value)).size).toBe(1);
  });

  it("read it once for a host that nobody serves", async () => {
    const world = aWorld({});
    await Promise.all(Array.from({ length: 100 }, () => world.find("www.shop.test")));
    expect(world.reads.sort()).toEqual(["*", "*.shop.test", "*.test", "www.shop.test"]);
  });

  it("read for themselves where the one that reads does not come back", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    expect(world.ports.shelf.claimReading("shop.test", world.now)).toBe(true); // by a request that was cut off
    expect(await world.find("shop.test")).toBe("v1");
  });
});

describe("a store that fails", () => {
  it("leaves the last good site in use, and says so", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    await world.find("shop.test");
    world.down = true;
    world.now += EXPIRE_MS;
    expect(await world.find("shop.test")).toBe("v1");
    expect(world.warnings).toEqual(["the site store failed; what was read last stays in use"]);
    world.down = false;
    world.texts["shop.test"] = siteText("v2", "shop.test");
    world.now += EXPIRE_MS;
    expect(await world.find("shop.test")).toBe("v2");
  });

  it("is 'unavailable' to a host that was never read, and asked again a second later", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    world.down = true;
    expect(await world.find("shop.test")).toBe("site-unavailable");
    world.down = false;
    expect(await world.find("shop.test")).toBe("site-unavailable");
    world.now += 1_000;
    expect(await world.find("shop.test")).toBe("v1");
  });

  it("leaves it known that nobody serves a host", async () => {
    const world = aWorld({});
    await world.find("shop.test");
    world.down = true;
    world.now += EXPIRE_MS;
    expect(await world.find("shop.test")).toBe("no-site");
  });
});

describe("a stored text that is invalid", () => {
  const broken = JSON.stringify({ hosts: ["shop.test"], routes: "none" });

  it("leaves the last good site in use; one line says so, however often it is read", async () => {
    const world = aWorld({ "shop.test": siteText("v1", "shop.test") });
    await world.find("shop.test");
    world.texts["shop.test"] = broken;
    for (let round = 0; round < 3; round++) {
      world.now += EXPIRE_MS;
      expect(await world.find("shop.test")).toBe("v1");
    }
    expect(world.reads).toHaveLength(4);
    expect(world.warnings).toEqual([
      "the stored site is invalid; the last good one stays in use, if there is one",
    ]);
    world.texts["shop.test"] = siteText("v2", "shop.test");
    world.now += EXPIRE_MS;
    expect(await world.find("shop.test")).toBe("v2");
  });

  it("is 'invalid' where there is no good one, until it is mended", async () => {
    for (const text of [broken, "not JSON", "", "null", "[]", '{"sameAs":1}']) {
      const world = aWorld({ "shop.test": text });
      expect(await world.find("shop.test")).toBe("site-invalid");
      world.texts["shop.test"] = siteText("v1", "shop.test");
      world.now += 1_000;
      expect(await world.find("shop.test")).toBe("v1");
    }
  });

  it("is 'invalid' too where nothing was there before", async () => {
    const world = aWorld({});
    await world.find("shop.test");
    world.texts["shop.test"] = broken;
    world.now += EXPIRE_MS;
    expect(await world.find("shop.test")).toBe("site-invalid");
  });

  it("harms no other site, and no host falls through to a wider one", async () => {
    const world = aWorld({
      "bad.test": broken,
      "shop.test": siteText("shop", "shop.test"),
      "*": siteText("all", "*"),
    });
    expect(await world.find("bad.test")).toBe("site-invalid");
    expect(await world.find("shop.test")).toBe("shop");
    expect(await world.find("other.test")).toBe("all");
  });
});

describe("a text that was checked before it was stored", () => {
  const file = (body: string) => ({ hosts: ["shop.test"], routes: [{ id: "rest", respond: { body } }] });

  /** Where the site as it was read says something else than the file, the answer tells which of them was used. */
  async function aCheckedText(asRead: string, inFile: string): Promise<string> {
    const valid = validateSite(file(asRead));
    if (!valid.ok) throw new Error("not a site");
    return storedText({ site: valid.value, json: JSON.stringify(file(inFile)), version: "0123456789ab" });
  }

  it("is used as it was read then, and goes by the file's version", async () => {
    const world = aWorld({ "shop.test": await aCheckedText("as read", "in the file") });
    expect(await world.find("shop.test")).toBe("as read");
    const found = await findSite("shop.test", world.ports);
    expect(found.ok && found.value.version).toBe("0123456789ab");
  });

  it("is checked and read anew where it was checked by other rules", async () => {
    const [, rules = "", ...lines] = (await aCheckedText("as read", "in the file")).split("\n");
    const body = [rules.replace(CHECKING_RULES, "000000000000"), ...lines].join("\n");
    const world = aWorld({ "shop.test": checkedText(body, await fingerprintOf(body)) });
    expect(await world.find("shop.test")).toBe("in the file");
  });

  it("is refused where the file is no site by the edge's rules", async () => {
    const body = ["000000000000 0123456789ab", "{}", '{"hosts":["shop.test"]}'].join("\n");
    const world = aWorld({ "shop.test": checkedText(body, await fingerprintOf(body)) });
    expect(await world.find("shop.test")).toBe("site-invalid");
  });

  it.each([
    ["in the site as read", (text: string) => text.replace("as read", "edited")],
    ["in the file", (text: string) => text.replace("in the file", "edited")],
    ["in the rules' name", (text: string) => text.replace(CHECKING_RULES, "000000000000")],
    ["in the fingerprint", (text: string) => text.replace(/^headgate ./, "headgate x")],
    ["at the end", (text: string) => text.slice(0, -1)],
    ["so that only the mark is left", () => "headgate "],
  ])("is refused where it was changed %s, and the last good one stays", async (_where, edit) => {
    const text = await aCheckedText("as read", "in the file");
    const world = aWorld({ "shop.test": edit(text) });
    expect(await world.find("shop.test")).toBe("site-invalid");
    const kept = aWorld({ "shop.test": text });
    await kept.find("shop.test");
    kept.texts["shop.test"] = edit(text);
    kept.now += EXPIRE_MS;
    expect(await kept.find("shop.test")).toBe("as read");
    expect(kept.warnings).toHaveLength(1);
  });
});
