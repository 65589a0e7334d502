import { describe, expect, it } from "vitest";
import { BROKEN, SHOP, WRONG_EXPECTATIONS } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

describe("headgate test", () => {
  const folder = useFolder({
    "sites/shop.yaml": SHOP,
    "wrong.yaml": WRONG_EXPECTATIONS,
    "untested.json": '{ "hosts": ["a.example.com"], "routes": [{ "id": "hello", "respond": {} }] }',
    "broken.yaml": BROKEN,
    "painted.yaml": `hosts: [a.test]
routes: [{ id: hello, respond: {} }]
tests:
  - name: "bad\\e[2K\\r\\n  ok    good \\u202e"
    request: { url: "http://a.test/" }
    expect: { reason: "no\\e[31m" }
`,
    "painting.yaml": `hosts: [a.test]
security: "\\e[2Jnone"
routes: [{ id: hello, respond: {} }]
`,
  });

  it("has a line for each test, and ends with 0 where all pass", async () => {
    expect(await folder.headgate("test", "sites", "untested.json")).toEqual({
      code: 0,
      out: `sites/shop.yaml
  ok    old links move
  ok    GET https://www.shop.example.com/assets/x.js?v=1&utm=z
  ok    POST https://shop.example.com/api/cart
untested.json  no tests
3 tests: 3 passed, 0 failed
`,
      err: "",
    });
  });

  it("tells all that was expected and is otherwise, and ends with 1", async () => {
    expect(await folder.headgate("test", "wrong.yaml")).toEqual({
      code: 1,
      out: `wrong.yaml
  FAIL  GET https://wrong.example.com/old/a
          status: expected 301
                    actual 308
          location: expected /neu/a
                      actual /new/a
  ok    GET https://wrong.example.com/b
  FAIL  GET https://elsewhere.example.com/
          route: expected moved
                   actual none (refused: no-site)
3 tests: 1 passed, 2 failed
`,
      err: "",
    });
  });

  it("shows what a terminal would obey, and breaks no line by it", async () => {
    const { out } = await folder.headgate("test", "painted.yaml");
    expect(out).toContain("  FAIL  bad\\u001b[2K\\u000d\\u000a  ok    good \\u202e\n");
    expect(out).toContain("expected no\\u001b[31m\n");
    const checked = await folder.headgate("check", "painting.yaml");
    expect(checked.out).toContain("is `\\u001b[2Jnone`; write `off`, `basic`, `strict`");
  });

  it("runs nothing where a file has problems", async () => {
    const ran = await folder.headgate("test", "sites", "broken.yaml");
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^broken\.yaml:9:14 .*\nbroken\.yaml:9:36 .*\n2 problems in 1 file\n$/);
  });

  it("is data with --json", async () => {
    const ran = await folder.headgate("test", "--json", "wrong.yaml");
    expect({ ...ran, out: JSON.parse(ran.out) }).toMatchObject({
      code: 1,
      out: {
        ok: false,
        passed: 1,
        failed: 2,
        files: [
          {
            file: "wrong.yaml",
            tests: [
              {
                name: "GET https://wrong.example.com/old/a",
                line: 5,
                column: 5,
                ok: false,
                failures: [
                  { expectation: "status", expected: "301", actual: "308" },
                  { expectation: "location", expected: "/neu/a", actual: "/new/a" },
                ],
              },
              { line: 6, ok: true, failures: [] },
              { line: 7, ok: false },
            ],
          },
        ],
        problems: [],
        warnings: [],
      },
      err: "",
    });
    const broken = await folder.headgate("test", "--json", "sites", "broken.yaml");
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.out)).toMatchObject({ ok: false, passed: 0, failed: 0, files: [] });
    expect(JSON.parse(broken.out).problems).toHaveLength(2);
  });

  it.each<[format: string, passing: RegExp, failing: RegExp, broken: RegExp]>([
    ["github", /^$/, /^::error file=wrong\.yaml,line=5,/, /^::error file=broken\.yaml,line=9,/],
    ["junit", /tests="3" failures="0" errors="0"/, /tests="3" failures="2"/, /failures="0" errors="2"/],
    ["sarif", /"results": \[\]/, /"ruleId": "test"/, /"ruleId": "site-file"/],
  ])("ends as ever with --format %s", async (format, passing, failing, broken) => {
    const ran = (...files: string[]) => folder.headgate("test", "--format", format, ...files);
    const [good, bad, unread] = [
      await ran("sites"),
      await ran("wrong.yaml"),
      await ran("sites", "broken.yaml"),
    ];
    expect([good.code, bad.code, unread.code]).toEqual([0, 1, 1]);
    expect(good.out).toMatch(passing);
    expect(bad.out).toMatch(failing);
    expect(unread.out).toMatch(broken);
  });
});
