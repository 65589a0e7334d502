import { describe, expect, it } from "vitest";
import type { HashBy } from "../../../shared/site/balance-schema.ts";
import { hashKeyOf } from "../../../worker/balancing/hash-key.ts";

const keyOf = (
  by: HashBy,
  {
    target = "/a?x=1",
    headers = {},
    ip = "192.0.2.1",
  }: { target?: string; headers?: Record<string, string>; ip?: string } = {},
) => hashKeyOf(by, { ask: { target, headers: new Headers(headers) }, client: { ip } });

describe("the key that a request is hashed by", () => {
  it("is path and query with uri", () => {
    expect(keyOf({ kind: "uri" }, { target: "/a?x=1" })).toBe("/a?x=1");
  });

  it("is the whole IPv4 address, and the network of an IPv6 address", () => {
    const of = (ip: string) => keyOf({ kind: "ip" }, { ip });
    expect(of("192.0.2.1")).not.toBe(of("192.0.2.2"));
    expect(of("2001:db8:1:2:aaaa::1")).toBe(of("2001:db8:1:2:bbbb:cccc:dddd:eeee"));
    expect(of("2001:db8:1:2::1")).not.toBe(of("2001:db8:1:3::1"));
    expect(of("::1")).toBe(of("::2"));
  });

  it("is what the origin sees of a field", () => {
    const by = { kind: "header", name: "x-tenant" } as const;
    expect(keyOf(by, { headers: { "X-Tenant": "a" } })).toBe("a");
    expect(keyOf(by, { headers: { "x-tenant": "" } })).toBe("");
    expect(keyOf(by)).toBeUndefined();
  });

  it("is the first cookie of a name", () => {
    const by = { kind: "cookie", name: "session" } as const;
    expect(keyOf(by, { headers: { cookie: "a=1; session=s1; session=s2" } })).toBe("s1");
    expect(keyOf(by, { headers: { cookie: "mysession=1; session2=2" } })).toBeUndefined();
    expect(keyOf(by)).toBeUndefined();
  });

  it("is the first parameter of a name", () => {
    const by = { kind: "query", name: "user" } as const;
    expect(keyOf(by, { target: "/a?b=1&user=u%201&user=u2" })).toBe("u 1");
    expect(keyOf(by, { target: "/a?user" })).toBe("");
    expect(keyOf(by, { target: "/user=1" })).toBeUndefined();
    expect(keyOf(by, { target: "/a?" })).toBeUndefined();
  });
});
