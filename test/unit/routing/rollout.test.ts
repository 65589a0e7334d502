// Who gets the next version of a site? Properties over many addresses, and the rules one by one.
import { describe, expect, it } from "vitest";
import { validateSite } from "../../../shared/site/validate.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { readRequest } from "../../../worker/routing/read-request.ts";
import { standingOf, versionFor } from "../../../worker/routing/rollout.ts";

const SALTS = ["", "a", "b", "0123456789abcdef", "another salt"];
const SHARES = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.9, 0.99];

/** Reproducible: the same addresses in each run. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state;
  }
}

const inOrder = Array.from(
  { length: 20_000 },
  (_, at) => `198.${18 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`,
);
const random = [...Array(20_000)].map(
  (
    (numbers) => () =>
      [24, 16, 8, 0].map((shift) => (numbers.next().value >>> shift) & 255).join(".")
  )(randomNumbers(1)),
);
const networks = Array.from(
  { length: 20_000 },
  (_, at) => `2001:db8:${(at >> 8).toString(16)}:${(at & 255).toString(16)}::1`,
);
const ADDRESSES = [
  ["IPv4 addresses in a row", inOrder],
  ["random IPv4 addresses", random],
  ["IPv6 networks in a row", networks],
] as const;

describe("the share of the clients", () => {
  describe.each(ADDRESSES)("of %s", (_name, addresses) => {
    const standings = SALTS.map((salt) => addresses.map((address) => standingOf(address, salt)));

    it.each(SHARES)("is within 0.01 of %s", (share) => {
      for (const each of standings) {
        const taken = each.filter((standing) => standing < share).length;
        expect(Math.abs(taken / addresses.length - share)).toBeLessThan(0.01);
      }
    });

    it("is made of others with another salt", () => {
      const both = addresses.filter((one) => standingOf(one, "a") < 0.1 && standingOf(one, "b") < 0.1).length;
      expect(both / addresses.length).toBeGreaterThan(0.005);
      expect(both / addresses.length).toBeLessThan(0.015);
    });

    it("stands between 0 and 1", () => {
      expect(standings.flat().every((one) => one >= 0 && one < 1)).toBe(true);
    });
  });
});

describe("a client", () => {
  const site = (body: string, version: string, more: object = {}) => {
    const valid = validateSite({
      hosts: ["shop.test"],
      routes: [{ id: "rest", respond: { body } }],
      ...more,
    });
    if (!valid.ok) throw new Error(JSON.stringify(valid.error));
    return compileSite(valid.value, version);
  };
  const [live, next] = [site("live", "v1"), site("next", "v2")];
  const asks = (ip: string, headers: Record<string, string> = {}) => {
    const read = readRequest(
      { method: "GET", url: "https://shop.test/", headers: new Headers({ host: "shop.test", ...headers }) },
      { ip, country: undefined },
    );
    if (!read.ok) throw new Error("no request");
    return read.value;
  };
  const versionAt = (ip: string, share: number, salt = "salt") =>
    versionFor({ live, next, share, salt }, asks(ip)).version;

  it("that has the next version keeps it while the share grows, and gets no other before", () => {
    for (const ip of random.slice(0, 2_000)) {
      const seen = [0.0001, ...SHARES, 0.9999].map((share) => versionAt(ip, share));
      expect(seen).toEqual([...seen].sort()); // v1 … v1 v2 … v2
    }
  });

  it("gets the same version each time", () => {
    for (const ip of random.slice(0, 100)) expect(versionAt(ip, 0.5)).toBe(versionAt(ip, 0.5));
  });

  it("has one version for its whole IPv6 network of 64 bits, however the address is written", () => {
    for (let network = 0; network < 200; network++) {
      const prefix = `2001:db8:7:${network.toString(16)}`;
      const versions = [`${prefix}::1`, `${prefix}:ffff:1:2:3`, `${prefix}:0:0:0:9`].map((ip) =>
        versionAt(ip, 0.5),
      );
      expect(new Set(versions).size).toBe(1);
    }
    expect(new Set(networks.slice(0, 200).map((ip) => versionAt(ip, 0.5))).size).toBe(2);
  });

  it("is the one that a proxy names, if the live version trusts the proxy", () => {
    const [one, other] = [
      random.find((ip) => versionAt(ip, 0.5) === "v1"),
      random.find((ip) => versionAt(ip, 0.5) === "v2"),
    ];
    const behind = (proxy: string, client: string, sites: { live: typeof live; next: typeof next }) =>
      versionFor({ ...sites, share: 0.5, salt: "salt" }, asks(proxy, { "x-forwarded-for": client })).version;
    const proxies = { trustedProxies: [`${one}/32`, `${other}/32`] };
    const trusting = { live: site("live", "v1", proxies), next };
    expect(behind(`${one}`, `${other}`, trusting)).toBe("v2");
    expect(behind(`${other}`, `${one}`, trusting)).toBe("v1");
    const lateTrust = { live, next: site("next", "v2", proxies) };
    expect(behind(`${one}`, `${other}`, lateTrust)).toBe("v1");
  });

  it("whose address is unknown gets one version too", () => {
    expect(["v1", "v2"]).toContain(versionAt("", 0.5));
  });
});
