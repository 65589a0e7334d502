import { describe, expect, it } from "vitest";
import { UnknownHosts } from "../../../cli/dev/unknown-hosts.ts";
import type { LogRecord } from "../../../worker/ports.ts";

const asked = (host: string | null, refusal: string | null = "no-site") => ({
  kind: "record" as const,
  record: { host, refusal } as LogRecord,
});

describe("a host that no site serves, under dev", () => {
  it("is spoken of once, with the hosts that there are", () => {
    const hosts = new UnknownHosts();
    hosts.hold(["www.shop.test", "api.shop.test"]);
    expect(hosts.adviceOn(asked("localhost"), "8787")).toBe(
      "no site serves localhost; the sites serve api.shop.test, www.shop.test; " +
        "try curl -H 'Host: api.shop.test' http://localhost:8787/, or name api.shop.test.localhost under `hosts`",
    );
    expect(hosts.adviceOn(asked("localhost"), "8787")).toBeUndefined();
    hosts.hold(["shop.localhost", "*.shop.test", ...[1, 2, 3, 4, 5].map((n) => `n${n}.test`)]);
    expect(hosts.adviceOn(asked("localhost"), "8787")).toBe(
      "no site serves localhost; the sites serve *.shop.test, n1.test, n2.test, n3.test, n4.test and 2 more; " +
        "open http://shop.localhost:8787/",
    );
  });

  it("may be the first of all", () => {
    expect(new UnknownHosts().adviceOn(asked("a.test"), "80")).toBe(
      "no site serves a.test; there is no site yet: write a site file that names it under `hosts`",
    );
  });

  it("is no news where something else is refused, and of made-up hosts only some are", () => {
    const hosts = new UnknownHosts();
    for (const [host, refusal] of [
      ["a.test", null],
      ["a.test", "no-route"],
      [null, "no-site"],
    ] as const)
      expect(hosts.adviceOn(asked(host, refusal), "80")).toBeUndefined();
    expect(hosts.adviceOn({ kind: "noise" }, "80")).toBeUndefined();
    const told = Array.from({ length: 2_000 }, (_, at) => hosts.adviceOn(asked(`h${at}.test`), "80"));
    expect(told.filter((advice) => advice !== undefined)).toHaveLength(1_000);
  });
});
