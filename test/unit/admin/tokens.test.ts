import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SCOPES } from "../../../shared/admin/scopes.ts";
import { readTokens, tokenOf, writeToken } from "../../../shared/admin/tokens.ts";
import { adminSettings, adminUrls } from "../../../worker/admin/admin-settings.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const A = sha256("a");
const B = sha256("b");

describe("the list of tokens", () => {
  it("names each with its scopes and the hash of its secret", () => {
    expect(readTokens(`ci:purge+publish:${A},\n  root@example.com:all:${B} `)).toEqual({
      ok: true,
      value: [
        { name: "ci", scopes: ["purge", "publish"], sha256: A },
        { name: "root@example.com", scopes: SCOPES, sha256: B },
      ],
    });
    expect(readTokens("  ")).toEqual({ ok: true, value: [] });
  });

  it("reads what it writes", () => {
    for (const scopes of [["read"], ["purge", "read"], SCOPES] as const) {
      const token = { name: "x", scopes, sha256: A };
      expect(readTokens(writeToken(token))).toEqual({ ok: true, value: [token] });
    }
  });

  const faulty: [what: string, text: string, sentence: RegExp][] = [
    [
      "a secret in place of the hash",
      "ci:read:my-secret",
      /^token 1 has another form; write NAME:SCOPES:SHA256/,
    ],
    ["a secret alone", `ci:read:${A} my-secret`, /^token 2 has another form/],
    ["a hash in upper case", `ci:read:${A.toUpperCase()}`, /^token 1 has another form/],
    ["an unknown scope", `ci:write:${A}`, /^token ci: the scopes are read, purge, publish, or all$/],
    ["no scope", `ci::${A}`, /^token 1 has another form/],
    ["an empty scope", `ci:read+:${A}`, /^token ci: the scopes are/],
    ["one name twice", `ci:read:${A} ci:purge:${B}`, /^there are two tokens named ci$/],
  ];
  it.each(faulty)("is refused for %s, and no secret is repeated", (_what, text, sentence) => {
    const read = readTokens(text);
    expect(read).toEqual({ ok: false, error: expect.stringMatching(sentence) });
    expect(JSON.stringify(read)).not.toContain("my-secret");
  });

  it("finds a token by the whole hash only", () => {
    const known = [
      { name: "a", scopes: SCOPES, sha256: A },
      { name: "b", scopes: SCOPES, sha256: B },
    ];
    expect(tokenOf(B, known)?.name).toBe("b");
    for (const other of ["", A.slice(0, -1), `${A}0`, A.toUpperCase(), sha256("c")])
      expect(tokenOf(other, known)).toBeUndefined();
  });
});

describe("the settings of the admin API", () => {
  it("are none if nothing lets anybody in", () => {
    expect(adminSettings({})).toEqual({ ok: true, value: undefined });
    expect(adminSettings({ HEADGATE_ADMIN_HOST: "admin.test" })).toEqual({ ok: true, value: undefined });
    expect(adminSettings({ HEADGATE_ADMIN_TOKEN: "" })).toEqual({ ok: true, value: undefined });
  });

  it("are refused for a secret that could be guessed", () => {
    expect(adminSettings({ HEADGATE_ADMIN_TOKEN: "fifteen letters" })).toEqual({
      ok: false,
      error: "HEADGATE_ADMIN_TOKEN is shorter than 16 characters",
    });
    expect(adminSettings({ HEADGATE_ADMIN_TOKEN: "sixteen letters!" })).toMatchObject({ ok: true });
  });

  it("are refused for one faulty token among others, so that none is believed that nobody meant", () => {
    expect(adminSettings({ HEADGATE_ADMIN_TOKEN: "x".repeat(16), HEADGATE_ADMIN_TOKENS: "ci" })).toEqual({
      ok: false,
      error: expect.stringMatching(/^HEADGATE_ADMIN_TOKENS: token 1 has another form/),
    });
  });
});

describe("the settings of Cloudflare Access", () => {
  const settings = (HEADGATE_ACCESS_TEAM: string, HEADGATE_ACCESS_AUDIENCE = "aud") =>
    adminSettings({ HEADGATE_ACCESS_TEAM, HEADGATE_ACCESS_AUDIENCE });

  it("name a team, or its URL", () => {
    for (const team of [
      "Example",
      "https://example.cloudflareaccess.com",
      "https://example.cloudflareaccess.com/",
    ])
      expect(settings(team)).toMatchObject({
        value: { access: { teamUrl: "https://example.cloudflareaccess.com", audience: "aud" } },
      });
    expect(settings("http://127.0.0.1:1")).toMatchObject({
      value: { access: { teamUrl: "http://127.0.0.1:1" } },
    });
  });

  it("are refused if half of them is missing, or if anybody on the way could answer", () => {
    expect(settings("example", "")).toMatchObject({
      ok: false,
      error: expect.stringMatching(/set together/),
    });
    expect(settings("", "aud")).toMatchObject({ ok: false });
    for (const team of [
      "http://example.test",
      "ftp://example.test",
      "https://example.test/path",
      "https://a.test?b",
      "a b",
    ])
      expect(settings(team)).toMatchObject({
        ok: false,
        error: expect.stringMatching(/not the name of a team/),
      });
  });
});

describe("the URLs of the admin hosts", () => {
  const matches = (hosts: string, urls: readonly string[]) =>
    urls.filter((url) => adminUrls(hosts)?.test(url));

  it("begin with one of the hosts, in any case and with any port", () => {
    const urls = [
      "http://admin.test/",
      "https://Admin.Test:8443/v1/sites",
      "https://edge.example?x",
      "https://[::1]:1/",
      "https://admin.test",
    ];
    expect(matches("admin.test, Edge.example [::1]", urls)).toEqual(urls);
  });

  it("are no others", () => {
    const urls = [
      "http://adminxtest/",
      "http://admin.test.evil.test/",
      "http://evil.test/admin.test/",
      "http://evil.test/http://admin.test/",
      "http://xadmin.test/",
      "http://admin.test@evil.test/",
      "http://admin.test:80@evil.test/",
      "http://evil.test@admin.test/",
      "http://admin.test:x/",
      "ftp://admin.test/",
    ];
    expect(matches("admin.test", urls)).toEqual([]);
  });

  it("are none for what names no host", () => {
    for (const hosts of [
      undefined,
      "",
      " ,",
      "*",
      "*.test",
      "admin.test/path",
      "admin.test:443",
      "a b/c".slice(2),
    ])
      expect(adminUrls(hosts)).toBeUndefined();
  });
});
