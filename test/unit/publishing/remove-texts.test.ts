// Which texts of versions does a publication remove? None that a site keeps, and nothing that is no text.
import { describe, expect, it } from "vitest";
import { versionKey } from "../../../shared/site/site-record.ts";
import { siteKey } from "../../../shared/site/stored.ts";
import { recordIn } from "../../../worker/publishing/what-is-stored.ts";
import { DAY_MS, NOW, Publishers } from "../../support/publishers.ts";

describe("a site whose host another site had for a while", () => {
  const back = async () => {
    const both = new Publishers();
    const { version } = await both.push("blog", ["b.test"]);
    await both.push("shop", ["a.test", "b.test"], { takeHosts: ["b.test"] });
    await both.push("blog", ["b.test"], { takeHosts: ["b.test"] });
    return { both, version };
  };

  it("keeps its text when the other one removes what it has replaced", async () => {
    const { both, version } = await back();
    await both.push("another shop", ["a.test"], {}, NOW + 2 * DAY_MS);
    expect(both.live("b.test")).toBe(version);
    expect(recordIn(both.store.held.get(siteKey("a.test")) ?? "")?.retired).toEqual([]);
  });

  it("keeps its text when the other one is removed", async () => {
    const { both, version } = await back();
    expect(await both.remove("a.test")).toMatchObject({ ok: true });
    expect(both.live("b.test")).toBe(version);
    const { both: again } = await back();
    await again.push("third", ["c.test"], { removeHosts: ["a.test"] });
    expect(again.live("b.test")).toBe(version);
  });

  it("leaves no text behind if it does not come back", async () => {
    const both = new Publishers();
    const { version } = await both.push("blog", ["b.test"]);
    await both.push("shop", ["a.test", "b.test"], { takeHosts: ["b.test"] });
    expect(both.store.held.has(versionKey("b.test", version))).toBe(true);
    await both.push("another shop", ["a.test", "b.test"], {}, NOW + 2 * DAY_MS);
    expect(both.store.held.has(versionKey("b.test", version))).toBe(false);
  });
});

it("removes nothing but texts, whatever a record says that it has to remove", async () => {
  const both = new Publishers();
  const { version } = await both.push("blog", ["b.test"]);
  await both.push("shop", ["a.test"]);
  const record = JSON.parse(both.store.held.get(siteKey("a.test")) ?? "");
  const retired = [siteKey("b.test"), "..", "../lock"].map((key) => ({ key, since: "2026-01-01T00:00:00Z" }));
  both.store.held.set(siteKey("a.test"), JSON.stringify({ ...record, retired }));
  await both.push("another shop", ["a.test"]);
  expect(both.live("b.test")).toBe(version);
});
