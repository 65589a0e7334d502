import { describe, expect, it } from "vitest";
import type { SiteSecrets } from "../../../shared/secrets/site-secrets.ts";
import { withSecrets } from "../../../shared/secrets/with-secrets.ts";
import { disclosedUrl, disclosingFields } from "../../../worker/adapters/probe-secrets.ts";
import type { OriginRequest } from "../../../worker/ports.ts";

const VALUES: Record<string, string> = {
  KEY: "sk-1",
  PATH: "T00/B00/x",
  HOOK: "https://hooks.test/T00",
  OTHER_SCHEME: "file:///etc/passwd",
  WITH_USER: "https://me:pw@hooks.test/",
  NESTED: "${secret:KEY}",
};
const secrets: SiteSecrets = (name) => VALUES[name];

describe("a text with secrets", () => {
  it.each<[text: string, filled: string | undefined]>([
    ["plain ${client.ip} $ {", "plain ${client.ip} $ {"],
    ["Bearer ${secret:KEY}, ${secret:KEY}", "Bearer sk-1, sk-1"],
    ["$${secret:KEY}", "${secret:KEY}"],
    ["${secret:NESTED}", "${secret:KEY}"],
    ["a ${secret:KEY} ${secret:GONE}", undefined],
    ["${secret:key}", "${secret:key}"],
  ])("%j is %j", (text, filled) => expect(withSecrets(text, secrets, "field")).toBe(filled));
});

describe("a probe", () => {
  it("is sent with the values, and without a field whose secret is gone", async () => {
    const sent: OriginRequest[] = [];
    const origins = disclosingFields(
      {
        fetch: async (request) => {
          sent.push(request);
          return { ok: false, error: { kind: "connect", message: "" } };
        },
      },
      secrets,
    );
    const headers = new Headers({ "x-key": "k ${secret:KEY}", "x-gone": "${secret:GONE}", accept: "*/*" });
    await origins.fetch({
      url: "http://a.test/",
      method: "GET",
      headers,
      body: null,
      firstByteMs: 1,
      totalMs: 1,
    });
    expect([...(sent[0]?.headers ?? [])]).toEqual([
      ["accept", "*/*"],
      ["x-key", "k sk-1"],
    ]);
    expect(headers.get("x-key")).toBe("k ${secret:KEY}");
  });
});

describe("a webhook", () => {
  it.each<[webhook: string, url: string | undefined]>([
    ["https://hooks.test/plain", "https://hooks.test/plain"],
    ["${secret:HOOK}", "https://hooks.test/T00"],
    ["https://hooks.test/${secret:PATH}?a", "https://hooks.test/T00/B00/x?a"],
    ["${secret:GONE}", undefined],
    ["${secret:KEY}", undefined],
    ["${secret:OTHER_SCHEME}", undefined],
    ["${secret:WITH_USER}", undefined],
  ])("%s is told at %s", (webhook, url) => expect(disclosedUrl(webhook, secrets)).toBe(url));
});
