import { describe, expect, it } from "vitest";
import { MAX_WILDCARD_LABELS } from "../../../shared/site/hosts.ts";
import { hostPattern } from "../../../shared/site/scalars.ts";
import { hostPatterns } from "../../../worker/routing/hosts.ts";

describe("the patterns under which a host's site may be stored", () => {
  it("go from the host itself over ever wider wildcards to *", () => {
    expect([...hostPatterns("a.b.example.com")]).toEqual([
      "a.b.example.com",
      "*.b.example.com",
      "*.example.com",
      "*.com",
      "*",
    ]);
    expect([...hostPatterns("example.com")]).toEqual(["example.com", "*.com", "*"]);
    expect([...hostPatterns("localhost")]).toEqual(["localhost", "*"]);
  });

  it("do not cut an address into labels", () => {
    expect([...hostPatterns("127.0.0.1")]).toEqual(["127.0.0.1", "*"]);
    expect([...hostPatterns("[::1]")]).toEqual(["[::1]", "*"]);
    expect([...hostPatterns("[::ffff:c000:207]")]).toEqual(["[::ffff:c000:207]", "*"]);
    expect([...hostPatterns("192.168.100.200")]).toEqual(["192.168.100.200", "*"]);
    // A name may begin or end like an address.
    expect([...hostPatterns("1.2.3.4.example")]).toContain("*.example");
    expect([...hostPatterns("a.1.2.3.4")]).toContain("*.1.2.3.4");
    expect([...hostPatterns("1.2.3.4.5")]).toContain("*.2.3.4.5");
    expect([...hostPatterns("1.2.3")]).toContain("*.2.3");
  });

  it("hold every wildcard that a site file may name, however deep the host is", () => {
    const deep = Array.from({ length: 60 }, (_, at) => `l${at}`).join(".");
    const patterns = [...hostPatterns(deep)];
    expect(patterns).toHaveLength(MAX_WILDCARD_LABELS + 2);
    expect(patterns).toContain("*.l54.l55.l56.l57.l58.l59");
    expect(hostPattern.safeParse("*.l54.l55.l56.l57.l58.l59").success).toBe(true);
    expect(hostPattern.safeParse("*.l53.l54.l55.l56.l57.l58.l59").success).toBe(false);
    expect(hostPattern.safeParse("l53.l54.l55.l56.l57.l58.l59").success).toBe(true);
  });

  it("are * alone for what is longer than a name can be", () => {
    const longest = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`;
    expect(longest).toHaveLength(253);
    expect([...hostPatterns(longest)][0]).toBe(longest);
    expect([...hostPatterns(`${longest}e`)]).toEqual(["*"]);
  });
});
