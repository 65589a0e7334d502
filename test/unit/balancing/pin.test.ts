import { describe, expect, it } from "vitest";
import { markOf, masked, originMarked, readSealed, writeSealed } from "../../../worker/balancing/pin.ts";
import { isPinDue } from "../../../worker/balancing/sticky.ts";
import { setCookie, valuesOf, withoutCookies } from "../../../worker/routing/own-cookies.ts";
import { aPool } from "./a-pool.ts";

const SEALED = { expiresSeconds: 1_800_000_000, masked: "0123456789_-", seal: "f".repeat(22) };

describe("the text of a pin", () => {
  it("is read as it was written", () => {
    expect(readSealed(writeSealed(SEALED))).toEqual(SEALED);
    expect(writeSealed({ ...SEALED, expiresSeconds: 1 })).toHaveLength(43);
  });

  const text = writeSealed(SEALED);
  it.each([
    ["empty", ""],
    ["of another version", `2${text.slice(1)}`],
    ["shorter", text.slice(0, -1)],
    ["longer", `${text}0`],
    ["with something before it", ` ${text}`],
    ["with a line break behind it", `${text}\n`],
    ["with other letters", text.replace("_", "+")],
  ])("is none if it is %s", (_what, other) => {
    expect(readSealed(other)).toBeUndefined();
  });

  it("hides the mark of an origin and gives it back", () => {
    for (const mask of ["A".repeat(12), "_".repeat(12), "0123456789ab"]) {
      const hidden = masked(markOf("fra"), mask);
      expect(hidden).toMatch(/^[\w-]{12}$/);
      expect(masked(hidden, mask)).toBe(markOf("fra"));
    }
  });

  it("finds an origin by its id alone", () => {
    const pool = aPool({ fra: {}, iad: {} });
    const changed = aPool({ sin: {}, iad: { url: "https://elsewhere.test", weight: 7, tier: 2 } });
    expect(originMarked(pool.origins, markOf("iad"))).toBe("iad");
    expect(originMarked(changed.origins, markOf("iad"))).toBe("iad");
    expect(originMarked(changed.origins, markOf("fra"))).toBeUndefined();
  });

  it("gives thousands of origins marks of their own", () => {
    const marks = Array.from({ length: 20_000 }, (_, at) => markOf(`web-${at}`));
    expect(new Set(marks).size).toBe(marks.length);
  });
});

describe("when a client is told its origin", () => {
  const HOUR = 3_600_000;
  const pin = { origin: "a", expiresAt: HOUR };
  const good = (origin: string) => ({ origin, isGood: true });
  const rows: [what: string, due: boolean, ...given: Parameters<typeof isPinDue>][] = [
    ["it has none", true, { ttlMs: HOUR, when: "rebind" }, undefined, good("a"), 0],
    ["it has none, and waits for nothing", true, { ttlMs: HOUR, when: "wait" }, undefined, good("a"), 0],
    ["its own has answered", false, { ttlMs: HOUR, when: "rebind" }, pin, good("a"), 0],
    ["half of the time is left", true, { ttlMs: HOUR, when: "wait" }, pin, good("a"), HOUR / 2],
    ["a little more is left", false, { ttlMs: HOUR, when: "wait" }, pin, good("a"), HOUR / 2 - 1],
    ["another has answered", true, { ttlMs: HOUR, when: "rebind" }, pin, good("b"), 0],
    ["another has answered in the meantime", false, { ttlMs: HOUR, when: "wait" }, pin, good("b"), HOUR - 1],
    [
      "a bad answer came",
      false,
      { ttlMs: HOUR, when: "rebind" },
      undefined,
      { origin: "a", isGood: false },
      0,
    ],
    ["the ttl was raised since", true, { ttlMs: 24 * HOUR, when: "rebind" }, pin, good("a"), 0],
  ];
  it.each(rows)("%s: %s", (_what, due, ...given) => {
    expect(isPinDue(...given)).toBe(due);
  });
});

describe("the cookie", () => {
  const sticky = { cookie: "hg", ttlMs: 60_000, when: "rebind", sameSite: "None", realm: "" } as const;

  it("has the prefix and is secure over https only", () => {
    expect(setCookie(sticky, "https", "v")).toBe(
      "__Host-hg=v; Path=/; Max-Age=60; HttpOnly; SameSite=None; Secure",
    );
    expect(setCookie(sticky, "http", "v")).toBe("hg=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
  });

  it("is found under its whole name, twice at most", () => {
    expect(valuesOf("a=1; hg=2;hg=3 ; hg=4", "hg")).toEqual(["2", "3"]);
    expect(valuesOf("xhg=1; hg2=2; __Host-hg=3; HG=4; hg", "hg")).toEqual([]);
    expect(valuesOf("__Host-hg=a=b", "__Host-hg")).toEqual(["a=b"]);
  });

  it("is taken out with and without the prefix, and the others stay as they are", () => {
    const without = (field: string) => withoutCookies(field, new Set(["hg"]));
    expect(without('a="1, 2"; hg=x; __Host-hg=y; b')).toBe('a="1, 2"; b');
    expect(without("hg=x")).toBe("");
    expect(without("hgx=1; __Host-hgx=2;  c=3")).toBeUndefined();
  });
});
