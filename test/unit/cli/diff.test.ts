import { describe, expect, it } from "vitest";
import { BROKEN, SHOP } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

describe("headgate diff of two files", () => {
  const folder = useFolder({
    "old.yaml": SHOP,
    "new.yaml": SHOP.replace("ttl: 1h", "ttl: 5m"),
    "broken.yaml": BROKEN,
    "urls.txt": "https://shop.example.com/assets/a.js\nno url\n",
  });
  const diff = (...words: string[]) => folder.headgate("diff", ...words);

  it("asks no store, and tells what changes and what is decided otherwise", async () => {
    const { code, out, err } = await diff(
      "old.yaml",
      "new.yaml",
      "--url",
      "https://shop.example.com/assets/a.js",
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(
      "route assets: cache.ttl was 1h, is 5m\n4 requests compared, 2 decided differently\n",
    );
  });

  it("tells it as data", async () => {
    const { out } = await diff("old.yaml", "new.yaml", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      same: false,
      a: { name: "old.yaml", version: "52fa4418ad34" },
      changes: [
        {
          path: ["routes", "assets", "cache", "ttl"],
          change: "changed",
          before: "1h",
          after: "5m",
          sentence: "route assets: cache.ttl was 1h, is 5m",
        },
      ],
      requests: expect.arrayContaining([
        { method: "POST", url: "https://shop.example.com/api/cart", isServed: true, differences: [] },
      ]),
      brokenTests: [],
      newTests: [],
    });
    expect(JSON.parse((await diff("old.yaml", "old.yaml", "--json")).out)).toMatchObject({
      same: true,
      changes: [],
    });
  });

  it.each<[words: string[], code: number, sentence: string]>([
    [["old.yaml"], 2, "missing required argument 'B'"],
    [["old.yaml", "none.yaml"], 1, "no such file or folder: none.yaml\n"],
    [["old.yaml", "broken.yaml"], 1, "`headgate check broken.yaml` shows them\n"],
    [["old.yaml", "live"], 2, "choose either --local or --remote"],
    [
      ["old.yaml", "new.yaml", "--url", "shop.example.com"],
      2,
      "Write a whole URL, with http:// or https:// in front.",
    ],
    [["old.yaml", "new.yaml", "--urls", "urls.txt"], 2, "urls.txt:2: not a whole URL"],
    [["old.yaml", "new.yaml", "--urls", "none.txt"], 2, "none.txt cannot be read: ENOENT"],
  ])("refuses %j", async (words, code, sentence) => {
    const ran = await diff(...words);
    expect([ran.code, ran.out]).toEqual([code, ""]);
    expect(ran.err).toContain(sentence);
  });
});
