import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { BROKEN, GREEDY, SHOP, UNREACHABLE } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

describe("headgate check", () => {
  const folder = useFolder({
    "sites/shop.yaml": SHOP,
    "sites/README.md": "not a site",
    "odd/folder.yaml/README.md": "not a file",
    "broken.yaml": BROKEN,
    "unreachable.yml": UNREACHABLE,
    "greedy.json": GREEDY,
    "away.yaml": `hosts: [away.test]
routes:
  - { id: a, redirect: { to: "https://exa mple.com/x" } }
`,
    "in-vain.yaml": `hosts: [vain.test]
pools:
  web: { origins: [{ id: a, url: "https://a.test" }] }
routes:
  - { id: form, to: web, match: { method: POST }, cache: { staleWhileRevalidate: 1m } }
`,
  });

  it("has a line for each good file, and takes sites/ where none is named", async () => {
    expect(await folder.headgate("check")).toEqual({
      code: 0,
      out: "sites/shop.yaml  shop.example.com, *.shop.example.com · 4 routes, 1 pool, 3 tests · version 52fa4418ad34\n",
      err: "",
    });
  });

  it("warns of a route that no request reaches: the file is not wrong for it", async () => {
    expect(await folder.headgate("check", "unreachable.yml")).toEqual({
      code: 0,
      out: `unreachable.yml  unreachable.example.com · 2 routes, 1 pool, 0 tests · version 084fa6dd227d
unreachable.yml:5:5  routes[1]  is never reached: route \`all\` (line 4) takes every request that this one could; move it up, or remove it
1 warning in 1 file
`,
      err: "",
    });
  });

  it("tells every problem of every file with its place and how to mend it, and ends with 1", async () => {
    expect(await folder.headgate("check", "sites", "broken.yaml", "greedy.json")).toEqual({
      code: 1,
      out: `sites/shop.yaml  shop.example.com, *.shop.example.com · 4 routes, 1 pool, 3 tests · version 52fa4418ad34
broken.yaml:9:14  routes[0].cache.tttl  is not a known key; did you mean \`ttl\`?
broken.yaml:9:36  routes[0].cache.defaultTtl  is not a duration; write a number and a unit: 500ms, 30s, 5m, 1h or 7d
greedy.json:1:35  hosts[1]  is taken: sites/shop.yaml names shop.example.com too, and a host belongs to one site only
3 problems in 2 files
`,
      err: "",
    });
  });

  it("warns of what has no effect, and ends with 0 all the same", async () => {
    const { code, out } = await folder.headgate("check", "in-vain.yaml");
    expect(code).toBe(0);
    expect(out).toContain(
      "in-vain.yaml:5:60  routes[0].cache.staleWhileRevalidate  has no effect: the route takes only POST, which the cache does not answer\n1 warning in 1 file\n",
    );
  });

  it("tells where bytes are no UTF-8, and reads them as nothing else", async () => {
    const latin1 = Buffer.from(SHOP.replace("old links move", "vieux caf\u00e9"), "latin1");
    await writeFile(path.join(folder.path, "latin1.yaml"), latin1);
    expect(await folder.headgate("check", "latin1.yaml")).toEqual({
      code: 1,
      out: "latin1.yaml:22:20  the file is not UTF-8: it has the byte 0xE9 here, which is é in Latin-1; save it as UTF-8\n1 problem in 1 file\n",
      err: "",
    });
  });

  it.each(["check", "test", "explain"])(
    "a file that would break at the first request is refused by %s",
    async (command) => {
      const words = command === "explain" ? ["explain", "https://away.test/", "--sites"] : [command];
      const ran = await folder.headgate(...words, "away.yaml");
      expect(ran.code).toBe(1);
      expect(ran.out + ran.err).toBe(
        "away.yaml:3:30  routes[0].redirect.to  is not a URL: its host or port cannot be read; write https://www.example.com/path\n1 problem in 1 file\n",
      );
    },
  );

  it("tells of a file that cannot be read", async () => {
    expect(await folder.headgate("check", "odd")).toEqual({
      code: 1,
      out: "odd/folder.yaml:1:1  the file cannot be read: EISDIR\n1 problem in 1 file\n",
      err: "",
    });
  });

  it("is data with --json", async () => {
    const ran = await folder.headgate("check", "--json", "sites", "broken.yaml", "unreachable.yml");
    expect({ ...ran, out: JSON.parse(ran.out) }).toEqual({
      code: 1,
      out: {
        ok: false,
        files: [
          {
            file: "sites/shop.yaml",
            hosts: ["shop.example.com", "*.shop.example.com"],
            routes: 4,
            pools: 1,
            tests: 3,
            version: "52fa4418ad34",
          },
          {
            file: "unreachable.yml",
            hosts: ["unreachable.example.com"],
            routes: 2,
            pools: 1,
            tests: 0,
            version: "084fa6dd227d",
          },
        ],
        problems: [
          {
            file: "broken.yaml",
            line: 9,
            column: 14,
            path: "routes[0].cache.tttl",
            message: "is not a known key",
            hint: "did you mean `ttl`?",
          },
          {
            file: "broken.yaml",
            line: 9,
            column: 36,
            path: "routes[0].cache.defaultTtl",
            message: "is not a duration; write a number and a unit: 500ms, 30s, 5m, 1h or 7d",
            hint: null,
          },
        ],
        warnings: [expect.objectContaining({ file: "unreachable.yml", line: 5, path: "routes[1]" })],
      },
      err: "",
    });
  });

  it.each(["github", "junit", "sarif"])("ends as ever with --format %s", async (format) => {
    const good = await folder.headgate("check", "--format", format);
    expect(good).toMatchObject({ code: 0, err: "" });
    expect(good.out === "").toBe(format === "github");
    const bad = await folder.headgate("check", "--format", format, "broken.yaml");
    expect(bad).toMatchObject({ code: 1, err: "" });
    expect(bad.out).toContain("is not a known key");
  });

  it("names files from the root of GitHub's repository, and others as they are named", async () => {
    vi.stubEnv("GITHUB_WORKSPACE", path.dirname(folder.path));
    const inside = await folder.headgate("check", "--format", "github", "broken.yaml");
    expect(inside.out).toContain(`::error file=${path.basename(folder.path)}/broken.yaml,line=9,`);
    vi.stubEnv("GITHUB_WORKSPACE", path.join(folder.path, "elsewhere"));
    const outside = await folder.headgate("check", "--format", "github", "broken.yaml");
    expect(outside.out).toContain("::error file=broken.yaml,line=9,");
    vi.unstubAllEnvs();
  });
});
