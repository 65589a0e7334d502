import { describe, expect, it } from "vitest";
import { CHECKING_RULES } from "../../../shared/site/checking-rules.ts";
import {
  asCheckedText,
  checkedBody,
  checkedText,
  readStored,
  siteKey,
  storedEntries,
} from "../../../shared/site/stored.ts";
import { aSite, validSite } from "./fixtures.ts";

describe("the stored form of a site that was checked", () => {
  const site = validSite(
    aSite({ tests: [{ request: { url: "https://a.test/" }, expect: { status: 404 } }] }),
  );
  const body = checkedBody(site, '{"hosts":["shop.example.com"]}', "0123456789ab");

  it("holds the rules that it was checked by, its version, the site without tests, and the file", () => {
    expect(CHECKING_RULES).toMatch(/^[0-9a-f]{12}$/);
    expect(readStored(checkedText(body, "ba9876543210"))).toEqual({
      ok: true,
      value: {
        kind: "checked",
        fingerprint: "ba9876543210",
        body,
        checkedBy: CHECKING_RULES,
        version: "0123456789ab",
        siteJson: JSON.stringify({ ...site, tests: [] }),
        fileJson: '{"hosts":["shop.example.com"]}',
      },
    });
  });

  it.each([
    ["headgate", undefined],
    ["{}", undefined],
    ["a headgate f\nr v\n{}\n[]", undefined],
    ["headgate ", ["", "", "", "", "", ""]],
    ["headgate f", ["f", "", "", "", "", ""]],
    ["headgate f\nr", ["f", "r", "r", "", "", ""]],
    ["headgate f\nr v", ["f", "r v", "r", "v", "", ""]],
    ["headgate f\nr v\n{}", ["f", "r v\n{}", "r", "v", "{}", ""]],
    ["headgate f\nr v\n{}\n[]", ["f", "r v\n{}\n[]", "r", "v", "{}", "[]"]],
  ])("has nothing where it was cut off: %j", (text, parts) => {
    const read = asCheckedText(text);
    expect(
      read && [read.fingerprint, read.body, read.checkedBy, read.version, read.siteJson, read.fileJson],
    ).toEqual(parts);
  });
});

describe("what the store holds under a host", () => {
  it("is found under the host pattern", () => expect(siteKey("*.a.test")).toBe("site:*.a.test"));

  it.each([
    ['{"sameAs":"a.test"}', { kind: "pointer", sameAs: "a.test" }],
    ['{"sameAs":5}', { kind: "unchecked", file: { sameAs: 5 } }],
    ['{"hosts":["a.test"]}', { kind: "unchecked", file: { hosts: ["a.test"] } }],
    ["null", { kind: "unchecked", file: null }],
    ['"sameAs"', { kind: "unchecked", file: "sameAs" }],
    ["5", { kind: "unchecked", file: 5 }],
    ["[]", { kind: "unchecked", file: [] }],
  ])("is a pointer, or a site file as JSON: %s", (text, value) =>
    expect(readStored(text)).toEqual({ ok: true, value }),
  );

  it("is neither if it is not JSON", () => {
    expect(readStored("hosts: [a.test]")).toEqual({
      ok: false,
      error: [{ path: "", message: expect.stringMatching(/^is not JSON: Unexpected token/) }],
    });
  });

  it("is the site under its first host, and pointers to it under the others", () => {
    expect(storedEntries(["a.test", "b.test", "*.a.test"], "the site")).toEqual([
      { pattern: "a.test", text: "the site" },
      { pattern: "b.test", text: '{"sameAs":"a.test"}' },
      { pattern: "*.a.test", text: '{"sameAs":"a.test"}' },
    ]);
  });
});
