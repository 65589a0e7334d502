// The commands themselves, each as a process of its own, against Cloudflare's API as far as it is known here.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { NAMESPACE, TOKEN, useFakeCloudflare } from "../../../support/fake-cloudflare.ts";
import { type Ran, runHeadgate, useFolder } from "../run-headgate.ts";

const site = (body: string, hosts = ["shop.test", "www.test"]) =>
  `# The shop.\nhosts: [${hosts.join(", ")}]\nroutes:\n  - { id: all, respond: { body: "${body}" } }\n`;

describe("the versions of a site, on the command line", { timeout: 120_000 }, () => {
  const fake = useFakeCloudflare();
  const folder = useFolder({
    "wrangler.toml": `name = "edge"
compatibility_date = "2026-11-01"
kv_namespaces = [{ binding = "SITES", id = "${NAMESPACE}" }]
`,
  });
  const save = (file: string, text: string) => writeFileSync(path.join(folder.path, file), text);
  const run = async (...words: string[]): Promise<Ran> => {
    const ran = await runHeadgate(folder.path, words, fake.environment);
    expect(ran.out + ran.err).not.toContain(TOKEN);
    return ran;
  };
  const push = async (body: string, ...words: string[]) => {
    save("shop.yaml", site(body));
    const ran = await run("push", "shop.yaml", "--remote", ...words);
    return { ...ran, version: /version (\w+)/.exec(ran.out)?.[1] ?? "" };
  };

  it("go from a push over a rollout to a rollback", async () => {
    const a = await push("a");
    const b = await push("b");
    expect(b.out).toContain(`site:shop.test  version ${b.version}, was ${a.version}  changed\n`);
    const c = await push("c", "--share", "5%");
    expect(c.out).toContain(`site:shop.test  version ${c.version} for 5%, beside ${b.version}  changed\n`);
    const listed = await run("versions", "--remote");
    expect(listed).toEqual({
      code: 0,
      err: "",
      out: expect.stringMatching(
        new RegExp(
          [
            "^shop\\.test",
            `  ${c.version}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC  next, for 5%`,
            `  ${b.version}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC  live`,
            `  ${a.version}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC  live before\n$`,
          ].join("\n"),
        ),
      ),
    });
    expect(await run("promote", "--remote")).toEqual({
      code: 0,
      err: "",
      out: `shop.test: version ${c.version} is live for everybody, was ${b.version}\nThe edge sees it within 90 seconds.\n`,
    });
    expect(await run("rollback", "--remote")).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        `shop.test: version ${b.version} is live for everybody, was ${c.version}\n`,
      ),
    });
    const back = await run("rollback", a.version.slice(0, 5), "--remote", "--site", "WWW.test", "--json");
    expect(JSON.parse(back.out)).toEqual({
      ok: true,
      site: "shop.test",
      live: a.version,
      was: b.version,
      endedRollout: null,
      written: ["site:shop.test"],
      unsure: [],
      error: null,
    });
    expect(await run("rollback", "--remote")).toEqual({
      code: 1,
      out: "",
      err: `shop.test has no version before ${a.version}: \`headgate versions\` shows those that can be named\n`,
    });
    await push("c", "--share", "50%");
    expect((await run("abort", "--remote")).out).toContain(
      `shop.test: version ${a.version} is live for everybody, and the rollout of ${c.version} has ended\n`,
    );
    const { sites } = JSON.parse((await run("versions", "--remote", "--json")).out);
    expect(sites).toMatchObject([
      { site: "shop.test", live: a.version, next: null, hosts: ["shop.test", "www.test"] },
    ]);
  });

  it("are compared with each other and with a file", async () => {
    const a = await push("a");
    const b = await push("b");
    save("urls.txt", "# pages\nhttps://www.test/page\n");
    expect(await run("diff", a.version.slice(0, 6), "live", "--remote", "--urls", "urls.txt")).toEqual({
      code: 0,
      err: "",
      out: `${a.version.slice(0, 6)} (${a.version}) → live (${b.version})
1 change in the site
  route all: respond.body was a, is b
1 request compared, 1 decided differently
  GET https://www.test/page
    body  a → b
`,
    });
    save("new.yaml", site("c"));
    const { a: one, same } = JSON.parse((await run("diff", "live", "new.yaml", "--remote", "--json")).out);
    expect([one, same]).toEqual([{ name: "live", version: b.version }, false]);
  });

  it("come back as they were written", async () => {
    const a = await push("a");
    await push("b");
    expect(await run("pull", "--remote")).toEqual({ code: 0, err: "", out: site("b") });
    expect(await run("pull", a.version, "--remote", "--output", "back.yaml")).toEqual({
      code: 0,
      err: "",
      out: "",
    });
    expect(readFileSync(path.join(folder.path, "back.yaml"), "utf8")).toBe(site("a"));
    save("back.yaml", "mine");
    expect(await run("pull", "--remote", "--output", "back.yaml")).toEqual({
      code: 1,
      out: "",
      err: "back.yaml exists: write --force to replace it. Nothing was written.\n",
    });
    expect(readFileSync(path.join(folder.path, "back.yaml"), "utf8")).toBe("mine");
    expect(await run("pull", "--remote", "--output", "no-folder/back.yaml")).toMatchObject({
      code: 1,
      err: expect.stringContaining("cannot be written: ENOENT"),
    });
    expect(existsSync(path.join(folder.path, "no-folder"))).toBe(false);
  });

  it("refuse what cannot be done in a sentence, and write nothing", async () => {
    expect(await run("versions", "--remote")).toMatchObject({ code: 0, out: "the store has no site\n" });
    expect(await run("rollback", "--remote")).toMatchObject({ code: 1, err: "the store has no site\n" });
    expect(await push("a", "--share", "5%")).toMatchObject({
      code: 1,
      out: "",
      err: "shop.test has no live version that a rollout could begin beside: push it without --share first\nNothing was written.\n",
    });
    await push("a");
    const before = new Map(fake.held);
    const refused: [words: string[], code: number, sentence: string][] = [
      [["promote"], 1, "shop.test has no rollout under way: nothing can be promoted\n"],
      [["abort"], 1, "shop.test has no rollout under way: nothing can be aborted\n"],
      [["rollback", "--site", "nobody.test"], 1, "the store has no site under nobody.test\n"],
      [["push", "shop.yaml", "--share", "100%"], 2, "Write a share above 0% and below 100%, such as 5%."],
      [["push", "shop.yaml", "--share", "5%", "--prune"], 2, "--prune waits until the rollout has ended"],
    ];
    for (const [words, code, sentence] of refused) {
      const ran = await run(...words, "--remote");
      expect([words, ran.code, ran.out]).toEqual([words, code, ""]);
      expect(ran.err).toContain(sentence);
    }
    expect(await run("rollback")).toMatchObject({
      code: 2,
      err: expect.stringContaining("choose either --local or --remote"),
    });
    expect(JSON.parse((await run("promote", "--remote", "--json")).out)).toEqual({
      ok: false,
      error: "shop.test has no rollout under way: nothing can be promoted",
    });
    expect(fake.held).toEqual(before);
  });

  it("ask which site is meant, where the store has several", async () => {
    await push("a");
    save("other.yaml", site("o", ["other.test"]));
    await run("push", "other.yaml", "--remote");
    expect(await run("rollback", "--remote")).toMatchObject({
      code: 1,
      err: "the store has 2 sites: say which with --site HOST (other.test, shop.test)\n",
    });
    expect((await run("versions", "--remote")).out).toMatch(/^other\.test\n.*live\nshop\.test\n.*live\n$/);
  });
});
