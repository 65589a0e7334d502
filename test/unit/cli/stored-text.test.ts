import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CHECKING_RULES } from "../../../shared/site/checking-rules.ts";
import { fingerprintOf } from "../../../shared/site/fingerprint.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import { asCheckedText } from "../../../shared/site/stored.ts";
import { storedText } from "../../../worker/publishing/stored-text.ts";
import { SHOP } from "./fixtures.ts";

function aRead(text: string) {
  const read = readSiteFile(text, "shop.yaml");
  if (!read.ok) throw new Error("the fixture is broken");
  return { ...read.value, version: "0123456789ab" };
}

describe("what the store gets for a site", () => {
  it.each([
    ["the fixture", SHOP],
    ["the demo", readFileSync("sites/demo.yaml", "utf8")],
  ])("holds it as it was read, without its tests, and as the file says it: %s", async (_, text) => {
    const read = aRead(text);
    const checked = asCheckedText(await storedText(read));
    if (!checked) throw new Error("not marked as checked");
    expect(checked.fingerprint).toBe(await fingerprintOf(checked.body));
    expect([checked.checkedBy, checked.version]).toEqual([CHECKING_RULES, "0123456789ab"]);
    expect(JSON.parse(checked.siteJson)).toEqual({ ...read.site, tests: [] });
    expect(checked.fileJson).toBe(read.json);
  });

  it("is the file alone where both are more than KV takes", async () => {
    const read = aRead(SHOP);
    const long = { ...read, site: { ...read.site, $schema: "x".repeat(25 * 1_048_576) } };
    expect(await storedText(long)).toBe(read.json);
  });

  it("is the file alone where a route does not compile", async () => {
    const read = aRead(SHOP);
    const routes = read.site.routes.map((route) => ({ ...route, to: "nowhere" }));
    expect(await storedText({ ...read, site: { ...read.site, routes } })).toBe(read.json);
  });
});
