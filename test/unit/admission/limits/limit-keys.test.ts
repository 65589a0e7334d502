// Under which keys a request is counted. A client may not get a fresh bucket by another spelling: the evasions are those that published
// lists of bypasses name (address rotation, spoofed forwarding fields, case, encodings, white space, doubled fields).
import { describe, expect, it } from "vitest";
import type { LimitBy } from "../../../../shared/site/limit-schema.ts";
import { limitKeysOf } from "../../../../worker/admission/limits/limit-keys.ts";
import { anAsked } from "../../../support/asked.ts";

const IP: LimitBy = { kind: "ip" };
const API_KEY: LimitBy = { kind: "header", name: "x-api-key" };
const SESSION: LimitBy = { kind: "cookie", name: "session" };

interface Sent {
  readonly ip?: string;
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly route?: string;
  readonly subject?: string;
}

function keys(
  by: LimitBy | readonly LimitBy[],
  { ip = "192.0.2.1", host = "a.test", headers = {}, route, subject }: Sent = {},
) {
  const asked = anAsked(`http://${host}/`, { headers });
  const all = Array.isArray(by) ? by : [by as LimitBy];
  return limitKeysOf(all, { asked: { ...asked, client: { ip, country: undefined } }, route, subject });
}

describe("clients counted by address", () => {
  // Caddy, handler_test.go (TestApplyNetworkPrefix).
  it("are one for all addresses of an IPv6 network of 64 bits", () => {
    const [network] = keys(IP, { ip: "2001:db8:1234:5678::1" });
    for (const ip of ["2001:db8:1234:5678:ffff:ffff:ffff:ffff", "2001:db8:1234:5678:9abc:def0:1234:5678"])
      expect(keys(IP, { ip })).toEqual([network]);
    expect(keys(IP, { ip: "2001:db8:1234:5679::1" })).not.toEqual([network]);
  });

  it("are each of its own if they have IPv4", () => {
    expect(keys(IP, { ip: "192.0.2.1" })).not.toEqual(keys(IP, { ip: "192.0.2.2" }));
  });

  it("are the same by IPv4 and by its mapping into IPv6", () => {
    expect(keys(IP, { ip: "::ffff:192.0.2.1" })).toEqual(keys(IP, { ip: "192.0.2.1" }));
    expect(keys(IP, { ip: "::ffff:c000:201" })).toEqual(keys(IP, { ip: "192.0.2.1" }));
  });

  it.each(["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip", "x-client-ip"])(
    "do not become others by %s, which they write themselves",
    (name) => {
      expect(keys(IP, { headers: { [name]: "203.0.113.9" } })).toEqual(keys(IP));
    },
  );
});

describe("clients counted by a header field", () => {
  const sent = (value: string) => keys(API_KEY, { headers: { "x-api-key": value } });

  it("are told apart by its value", () => {
    expect(sent("abc")).not.toEqual(sent("abd"));
  });

  it.each([
    ["in another case", "ABC-Def 1"],
    ["with white space around it", "  abc-def 1  "],
    ["with more white space in it", "abc-def \t  1"],
  ])("are the same with the value %s", (_what, value) => {
    expect(sent(value)).toEqual(sent("abc-def 1"));
  });

  it("are counted together without it, and not with those who send it empty", () => {
    expect(keys(API_KEY)).toEqual(keys(API_KEY, { ip: "198.51.100.7" }));
    expect(sent("")).not.toEqual(keys(API_KEY));
  });

  it("are counted by each spelling that an origin may read", () => {
    const both = keys(API_KEY, { headers: { "x-api-key": "abc", x_api_key: "random" } });
    expect(both).toContain(sent("abc")[0]);
    expect(both).toHaveLength(2);
  });

  it("are counted by the beginning of a value that is very long", () => {
    const long = "x".repeat(4_096);
    expect(sent(`${long}a`)).toEqual(sent(`${long}b`));
  });
});

describe("clients counted by a cookie", () => {
  const sent = (field: string) => keys(SESSION, { headers: { cookie: field } });
  const [abc = ""] = sent("session=abc");

  it.each([
    ["encoded", "session=%61bc"],
    ["in quotes", 'session="abc"'],
    ["in another case", "session=ABC"],
    ["after another one of the same name", "session=junk; session=abc"],
    ["before another one of the same name", "session=abc; session=junk"],
    ["among others", "a=b; session=abc; c=d"],
    ["in a second line, which the runtime joins with a comma", "a=b, session=abc"],
  ])("are counted by it if it comes %s", (_what, field) => {
    expect(sent(field)).toContain(abc);
  });

  it("do not get out by sending more of them than there are keys: all who do so are counted together", () => {
    const many = (junk: string) => Array.from({ length: 40 }, (_, at) => `session=${junk}${at}`).join("; ");
    expect(sent(`${many("a")}; session=abc`)).toHaveLength(1);
    expect(sent(many("a"))).toEqual(sent(many("b")));
  });
});

describe("what is counted by several things", () => {
  it("is each combination of them", () => {
    const by = [IP, { kind: "host" }, { kind: "route" }, { kind: "subject" }] as const;
    const given = { route: "api", subject: "jo" };
    const all = [
      given,
      { ...given, ip: "192.0.2.2" },
      { ...given, host: "b.test" },
      { ...given, route: "web" },
      { ...given, subject: "Jo" },
      { route: "api" },
      { subject: "jo" },
    ].map((one) => keys(by, one).join());
    expect(new Set(all).size).toBe(all.length);
  });

  it("cannot be mixed up: no value reads as the end of one and the beginning of the next", () => {
    const by = [API_KEY, SESSION];
    const one = keys(by, { headers: { "x-api-key": "a", cookie: "session=b" } });
    const other = keys(by, { headers: { "x-api-key": "a =b", cookie: "x=y" } });
    expect(one).not.toEqual(other);
  });
});
