// What `headgate sign` prints.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type SignOptions, signed } from "../../../../cli/signing/signing-wish.ts";

const SECRET = "an-example-that-nobody-should-use-as-a-secret";
const URL = "https://shop.example.com/";
const at = (env: Record<string, string> = { HEADGATE_SECRET: SECRET }) => ({ env, nowMs: 1_801_396_800_999 });
const ask = (text: string | undefined, options: Partial<SignOptions>, env?: Record<string, string>) =>
  signed(text, { header: [], ...options }, at(env));

describe("headgate sign", () => {
  it("prints what docs/purging.md shows", () => {
    const page = readFileSync(path.join(import.meta.dirname, "../../../../docs/purging.md"), "utf8");
    const key = ask(undefined, { key: true, site: "Shop.example.com" });
    const fields = ask(URL, { method: "ban", header: [["cache-tags", "product-42"]] });
    for (const shown of [key, fields])
      expect(shown.ok && page.includes(`\n${shown.value.join("\n")}\n`)).toBe(true);
  });

  it("signs alike with the secret and with the key of the site", () => {
    const key = ask(undefined, { key: true, site: "shop.example.com" });
    const purgeKey = key.ok ? String(key.value[0]) : "";
    const wish = { method: "PURGE" };
    expect(ask(URL, wish, { HEADGATE_PURGE_KEY: purgeKey })).toEqual(ask(URL, wish));
  });

  it("signs for the site that is named, whatever host the URL has", () => {
    const other = "https://www.shop.example.com/";
    expect(ask(other, { method: "PURGE" })).not.toEqual(
      ask(other, { method: "PURGE", site: "shop.example.com" }),
    );
  });

  const wrong: [
    text: string | undefined,
    options: Partial<SignOptions>,
    env: Record<string, string>,
    says: string,
  ][] = [
    [
      URL,
      { method: "PURGE" },
      { HEADGATE_SECRET: "short" },
      "HEADGATE_SECRET is shorter than 32 characters; write what `openssl rand -hex 32` prints",
    ],
    [
      URL,
      { method: "PURGE" },
      {},
      "set HEADGATE_SECRET to the secret of the edge, or HEADGATE_PURGE_KEY to the key of the site",
    ],
    [URL, { method: "GET" }, { HEADGATE_SECRET: SECRET }, "name the method: --method PURGE, or --method BAN"],
    [URL, {}, { HEADGATE_SECRET: SECRET }, "name the method: --method PURGE, or --method BAN"],
    [
      "/page",
      { method: "PURGE" },
      { HEADGATE_SECRET: SECRET },
      "name the URL of the request: https://shop.example.com/page",
    ],
    [
      "ftp://a.test/",
      { method: "PURGE" },
      { HEADGATE_SECRET: SECRET },
      "name the URL of the request: https://shop.example.com/page",
    ],
    [undefined, { key: true }, { HEADGATE_SECRET: SECRET }, "name the site: --site shop.example.com"],
    [undefined, { key: true, site: "a.test" }, {}, "set HEADGATE_SECRET to the secret of the edge"],
    [URL, { key: true, site: "a.test" }, { HEADGATE_SECRET: SECRET }, "--key takes --site only"],
  ];
  it.each(wrong)("%s with %o and %o is refused", (text, options, env, says) => {
    expect(ask(text, options, env)).toEqual({ ok: false, error: says });
  });
});
