import { describe, expect, it } from "vitest";
import { BROKEN, SHOP, WRONG_EXPECTATIONS } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

describe("headgate test", () => {
  const folder = useFolder({
    "sites/shop.yaml": SHOP,
    "wrong.yaml": WRONG_EXPECTATIONS,
    "untested.json": '{ "hosts": ["a.example.com"], "routes": [{ "id": "hello", "respond": {} }] }',
    "broken.yaml": BROKEN,
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

  it("runs nothing where a file has problems", async () => {
    const ran = await folder.headgate("test", "sites", "broken.yaml");
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^broken\.yaml:9:14 .*\nbroken\.yaml:9:36 .*\n2 problems in 1 file\n$/);
  });
});
