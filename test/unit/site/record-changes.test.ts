import { describe, expect, it } from "vitest";
import {
  aborted,
  madeLive,
  promoted,
  rolledBack,
  rolledOut,
  versionBefore,
} from "../../../shared/site/record-changes.ts";
import type { SiteRecord } from "../../../shared/site/site-record.ts";
import {
  removableOf,
  textsOf,
  VERSIONS_KEPT,
  withoutRetired,
} from "../../../shared/site/version-retention.ts";

const DAY_MS = 86_400_000;
const at = (day: number) => new Date(Date.UTC(2026, 0, 1) + day * DAY_MS).toISOString();
const HOSTS = ["shop.test"];

const push = (before: SiteRecord | undefined, version: string, day = 0) =>
  madeLive(before, { site: "shop.test", version, hosts: HOSTS, now: at(day) });
const pushes = (...versions: string[]): SiteRecord => {
  const record = versions.reduce<SiteRecord | undefined>(
    (before, version) => push(before, version),
    undefined,
  );
  if (!record) throw new Error("no push");
  return record;
};
const back = (before: SiteRecord, version = ""): SiteRecord => {
  const found = version === "" ? versionBefore(before) : { ok: true as const, value: version };
  return found.ok ? rolledBack(before, { version: found.value, hosts: HOSTS }) : before;
};
const roll = (before: SiteRecord, version: string, share: number, salt: string, hosts = HOSTS) =>
  rolledOut(before, { site: "shop.test", version, hosts, liveHosts: before.hosts, share, salt, now: at(0) });
const listed = ({ kept }: SiteRecord) => kept.map(({ version }) => version);

describe("a push", () => {
  it("makes its version live, and remembers what was live before", () => {
    expect(push(undefined, "a")).toEqual({
      site: "shop.test",
      live: "a",
      hosts: HOSTS,
      before: [],
      kept: [{ version: "a", pushedAt: at(0) }],
      retired: [],
    });
    expect(pushes("a", "b", "c")).toMatchObject({ live: "c", before: ["b", "a"] });
    expect(listed(pushes("a", "b", "c"))).toEqual(["c", "b", "a"]);
  });

  it("of an earlier version is one more step, not one back", () => {
    expect(pushes("a", "b", "c", "a")).toMatchObject({ live: "a", before: ["c", "b"] });
    expect(listed(pushes("a", "b", "c", "a"))).toEqual(["a", "c", "b"]);
  });

  it("ends a rollout, also that of its own version", () => {
    const rolling = roll(pushes("a"), "b", 0.1, "salt");
    expect(push(rolling, "c").next).toBeUndefined();
    expect(push(rolling, "b")).toMatchObject({ live: "b", before: ["a"] });
    expect(push(rolling, "b").next).toBeUndefined();
    expect(push(rolling, "a")).toMatchObject({ live: "a", before: [] });
  });
});

describe("a rollback", () => {
  it("goes to what was live before, step by step", () => {
    let record = pushes("a", "b", "c");
    record = back(record);
    expect(record).toMatchObject({ live: "b", before: ["a"] });
    record = back(record);
    expect(record).toMatchObject({ live: "a", before: [] });
    expect(versionBefore(record)).toEqual({
      ok: false,
      error: "shop.test has no version before a: `headgate versions` shows those that can be named",
    });
  });

  it("skips what was rolled back from", () => {
    const record = push(back(pushes("a", "bad")), "worse");
    expect(back(record)).toMatchObject({ live: "a" });
  });

  it("goes forward again to a version that is named", () => {
    const record = back(back(pushes("a", "b", "c")), "c");
    expect(record).toMatchObject({ live: "c", before: ["b", "a"] });
    expect(listed(record)).toEqual(["c", "b", "a"]);
  });

  it("over several versions forgets none", () => {
    const record = back(pushes("a", "b", "c", "d"), "b");
    expect(record).toMatchObject({ live: "b", before: ["a"] });
    expect(listed(record)).toEqual(["d", "c", "b", "a"]);
  });

  it("ends a rollout", () => {
    expect(back(roll(pushes("a", "b"), "c", 0.5, "salt")).next).toBeUndefined();
  });
});

describe("a rollout", () => {
  it("leaves the live version, and has the hosts of both", () => {
    const rolling = roll(pushes("a"), "b", 0.05, "salt", ["shop.test", "new.test"]);
    expect(rolling).toMatchObject({
      live: "a",
      next: { version: "b", share: 0.05, salt: "salt" },
      hosts: ["shop.test", "new.test"],
      before: [],
    });
    expect(listed(rolling)).toEqual(["b", "a"]);
  });

  it("keeps its salt while it grows, and has another one with another version", () => {
    const rolling = roll(pushes("a"), "b", 0.05, "one");
    expect(roll(rolling, "b", 0.5, "two").next).toEqual({ version: "b", share: 0.5, salt: "one" });
    expect(roll(rolling, "c", 0.05, "two").next).toEqual({ version: "c", share: 0.05, salt: "two" });
  });

  it("is promoted: the next version is live, and the one before can be rolled back to", () => {
    const record = promoted(roll(pushes("a"), "b", 0.05, "salt"), ["new.test"]);
    expect(record).toMatchObject({ live: "b", before: ["a"], hosts: ["new.test"] });
    expect(record.next).toBeUndefined();
  });

  it("is aborted: all is as before, and the version is kept", () => {
    const before = pushes("a");
    const record = aborted(roll(before, "b", 0.05, "salt", ["new.test"]), HOSTS);
    expect(record).toEqual({ ...before, kept: [{ version: "b", pushedAt: at(0) }, ...before.kept] });
    expect(versionBefore(record).ok).toBe(false); // nobody has ever had it alone
  });
});

describe("the versions that are kept", () => {
  const many = Array.from({ length: VERSIONS_KEPT + 5 }, (_, at) => `v${at}`);

  it("are the latest twenty; the keys of the others are retired", () => {
    const record = pushes(...many);
    expect(listed(record)).toEqual(many.slice(5).reverse());
    expect(record.before).toEqual(many.slice(5, -1).reverse());
    expect(record.retired.map(({ key }) => key)).toEqual(
      many.slice(0, 5).flatMap((version) => [`version:shop.test:${version}`, `source:shop.test:${version}`]),
    );
  });

  it("include what clients get, and what they got until now, however old", () => {
    const full = pushes(...many.slice(0, VERSIONS_KEPT));
    const oldest = back(full, "v0");
    const once = push(oldest, "new-1");
    expect(listed(once)).toContain("v0");
    expect(listed(push(once, "new-2"))).not.toContain("v0");
    let rolling = roll(full, "next", 0.1, "salt");
    expect(listed(rolling)).not.toContain("v0");
    for (let n = 0; n < 30; n++) rolling = roll(rolling, `next-${n}`, 0.1, "salt");
    expect(listed(rolling)).toContain(`v${VERSIONS_KEPT - 1}`); // live all the time
    expect(listed(rolling)).toHaveLength(VERSIONS_KEPT + 1);
  });

  it("bound the record however often is pushed, if what is retired is removed a day later", () => {
    let record = pushes("a");
    for (let day = 0; day < 200; day++) {
      record = push(record, `v${day}`, day);
      record = withoutRetired(record, new Set(removableOf(record, at(day))));
    }
    expect(listed(record)).toHaveLength(VERSIONS_KEPT);
    expect(record.retired).toHaveLength(2);
    expect(JSON.stringify(record).length).toBeLessThan(2_500);
  });

  it("are removable a day after they were retired, and not before", () => {
    const record = pushes(...many);
    expect(removableOf(record, at(0.99))).toEqual([]);
    expect(removableOf(record, at(1))).toHaveLength(10);
  });

  it("take back what was retired, if it is pushed again", () => {
    const record = push(pushes(...many), "v0");
    expect(record.retired.some(({ key }) => key.endsWith(":v0"))).toBe(false);
    expect(textsOf(record).filter((key) => key.endsWith(":v0"))).toHaveLength(2);
  });
});
