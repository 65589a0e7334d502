// `headgate push --remote`, the real command, against Cloudflare's API as far as it is known here (test/support/fake-cloudflare.ts).
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { NAMESPACE, TOKEN, useFakeCloudflare } from "../../../support/fake-cloudflare.ts";
import { type Ran, runHeadgate, useFolder } from "../run-headgate.ts";

const site = (hosts: readonly string[], body = "hello") =>
  JSON.stringify({ hosts, routes: [{ id: "all", respond: { body } }] });

const CONFIGURATION = `name = "edge"
compatibility_date = "2026-11-01"
kv_namespaces = [{ binding = "SITES", id = "${NAMESPACE}" }]
`;

describe("headgate push --remote", { timeout: 60_000 }, () => {
  const fake = useFakeCloudflare();
  const folder = useFolder({
    "wrangler.toml": CONFIGURATION,
    "home/.wrangler/config/default.toml": `oauth_token = "${TOKEN}"
refresh_token = "refresh"
expiration_time = "2099-01-01T00:00:00.000Z"
scopes = ["account:read"]
`,
  });

  const hostKeys = () => [...fake.held.keys()].filter((key) => key.startsWith("site:"));
  const save = async (file: string, text: string) => {
    const target = path.join(folder.path, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  };
  const push = async (words: string, env: Record<string, string> = {}): Promise<Ran> => {
    const ran = await runHeadgate(folder.path, ["push", "--remote", ...words.split(" ")], {
      ...fake.environment,
      ...env,
    });
    expect(ran.out + ran.err).not.toContain(TOKEN);
    return ran;
  };

  it("writes what is new or changed, and leaves the rest alone", async () => {
    await save("one.json", site(["a.test", "b.test"]));
    expect(await push("one.json")).toEqual({
      code: 0,
      err: "",
      out: expect.stringMatching(
        /^site:a\.test {2}version [0-9a-f]{12} {2}new\nsite:b\.test {2}as a\.test {13}new\n2 keys written to Cloudflare's KV, 0 left alone\nThe edge sees it within 90 seconds\.\n$/,
      ),
    });
    expect(fake.held.get("site:b.test")).toBe('{"sameAs":"a.test"}');
    fake.calls = [];
    await save("one.json", site(["a.test", "b.test"], "hello again"));
    const { out } = await push("one.json");
    expect(out).toMatch(/site:a\.test .* changed\nsite:b\.test .* same\n1 key written .*, 1 left alone/);
    expect(fake.calls).toEqual([
      { operation: "get", keys: 2 },
      { operation: "put", keys: 2 }, // the text of the version and its file
      { operation: "put", keys: 1 },
    ]);
  });

  it("pushes a site of 10,000 hosts in well under a minute, 100 ms away", { timeout: 90_000 }, async () => {
    fake.latencyMs = 100;
    const hosts = Array.from({ length: 10_000 }, (_, at) => `h${at}.test`);
    await save("large.json", site(hosts));
    const began = performance.now();
    const { code, out } = await push("large.json");
    expect([code, hostKeys().length]).toEqual([0, 10_000]);
    expect(out).toContain("10000 keys written to Cloudflare's KV, 0 left alone");
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(fake.calls.length).toBeLessThan(120);
  });

  it("pushes 10,000 sites in under a minute, 100 ms away", { timeout: 120_000 }, async () => {
    fake.latencyMs = 100;
    for (let from = 0; from < 10_000; from += 500) {
      const some = Array.from({ length: 500 }, (_, at) => from + at);
      await Promise.all(some.map((n) => save(`many/s${n}.json`, site([`s${n}.test`, `www.s${n}.test`]))));
    }
    const began = performance.now();
    const { code, out } = await push("many");
    expect([code, performance.now() - began < 60_000]).toEqual([0, true]);
    expect(out).toContain("20000 keys written to Cloudflare's KV, 0 left alone");
    expect([hostKeys().length, fake.held.size]).toEqual([20_000, 40_000]);
    expect(fake.calls.length).toBeLessThan(260);
  });

  it("does with hosts what it is told, and reports as JSON", async () => {
    await save("shop.json", site(["shop.test", "www.test"]));
    await save("blog.json", site(["blog.test", "www.test"]));
    await push("shop.json");
    const refused = await push("blog.json --take-host blog.test");
    expect(refused).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("--take-host 'www.test'\n"),
    });
    expect(await push("blog.json --take-host WWW.test")).toMatchObject({ code: 0, err: "" });
    await save("blog.json", site(["blog.test"]));
    const removed = await push("blog.json --prune --remove-host shop.test --json");
    expect(JSON.parse(removed.out)).toMatchObject({
      ok: true,
      keys: [{ key: "site:blog.test", change: "changed", written: true }],
      removed: ["site:shop.test", "site:www.test"],
    });
    expect(hostKeys()).toEqual(["site:blog.test"]);
    expect([...fake.held.keys()].filter((key) => key.includes(":shop.test:"))).toEqual([]);
    expect(await push("blog.json --remove-host blog.test")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("error: --remove-host blog.test: a file names this host\n"),
    });
  });

  describe("of a site that needs secrets", () => {
    const KEYED = JSON.stringify({
      hosts: ["keyed.test"],
      pools: { web: { origins: [{ id: "a", url: "https://o.test" }], sticky: {} } },
      routes: [{ id: "all", to: "web", headers: { request: { set: { "x-key": "${secret:API}" } } } }],
    });
    const ADD = "npx wrangler secret put HEADGATE_SECRET";
    const give = (...names: string[]) =>
      fake.bindings.push(...names.map((name) => ({ type: "secret_text", name })));

    it("is refused where the Worker lacks one that it is not served without, and says how to add it", async () => {
      await save("keyed.json", KEYED);
      const refused = await push("keyed.json");
      expect(refused).toMatchObject({ code: 1, out: "" });
      expect(refused.err).toMatch(
        /keyed\.json:1:\d+ {2}routes\[0\]\.headers\.request\.set\.x-key {2}names `\$\{secret:API\}`, which is not set on the Worker edge; run: /,
      );
      expect(refused.err).toContain(`${ADD}_API --name edge\n1 problem in 1 file\nNothing was written.\n`);
      expect(refused.err).toContain("keeps no client at its origin"); // sticky sessions: a warning
      expect(fake.held.size).toBe(0);
      const { out } = await push("keyed.json --json");
      expect(JSON.parse(out)).toMatchObject({
        ok: false,
        keys: [],
        problems: [{ file: "keyed.json", hint: `run: ${ADD}_API --name edge` }],
        warnings: [{ path: "pools.web.sticky" }],
      });
    });

    it("is written all the same if that is meant", async () => {
      await save("keyed.json", KEYED);
      const ran = await push("keyed.json --allow-missing-secrets");
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining("site:keyed.test") });
      expect(ran.err).toContain("2 warnings in 1 file");
      const local = await runHeadgate(folder.path, ["push", "--local", "--allow-missing-secrets"]);
      expect(local).toMatchObject({
        code: 2,
        err: expect.stringContaining("--allow-missing-secrets can only be used with --remote"),
      });
    });

    it("is written without a word if the Worker has them, whatever is set here", async () => {
      await save("keyed.json", KEYED);
      give("HEADGATE_SECRET", "HEADGATE_SECRET_API");
      expect(await push("keyed.json", { HEADGATE_SECRET_OTHER: "x" })).toMatchObject({ code: 0, err: "" });
      expect(fake.settingsOf).toEqual(["edge"]);
    });

    it("is written if Cloudflare does not say what the Worker has, and says that in a line", async () => {
      await save("keyed.json", KEYED);
      fake.fails("settings", { status: 403 });
      const { code, err, out } = await push("keyed.json");
      expect([code, out]).toEqual([0, expect.stringContaining("site:keyed.test")]);
      expect(err.split("\n")[0]).toMatch(
        /^whether the Worker has the secrets of the sites cannot be told: Cloudflare answered 403/,
      );
      expect(err).toContain("HEADGATE_SECRET, which is not set here"); // what is known here is told
    });
  });

  it("takes the login that wrangler keeps", async () => {
    await save("one.json", site(["a.test"]));
    const home = { CLOUDFLARE_API_TOKEN: "", XDG_CONFIG_HOME: path.join(folder.path, "home") };
    expect(await push("one.json", home)).toMatchObject({ code: 0, err: "" });
    expect(hostKeys()).toEqual(["site:a.test"]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      "a wrong token",
      { CLOUDFLARE_API_TOKEN: "wrong-token_00000000000000" },
      /^Cloudflare answered 401: Authentication error \(code 10000\); the token has to be valid/,
    ],
    [
      "no login",
      { CLOUDFLARE_API_TOKEN: "", XDG_CONFIG_HOME: "no-login", HOME: "no-login" },
      /^there is no login: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN\n/,
    ],
  ])("refuses %s, and writes nothing", async (_what, env, message) => {
    await save("one.json", site(["a.test"]));
    // wrangler makes its folders where it is told that its home is.
    const homes = ["XDG_CONFIG_HOME", "HOME"].flatMap((name) =>
      env[name] === undefined ? [] : [[name, path.join(folder.path, env[name])]],
    );
    const ran = await push("one.json", { ...env, ...Object.fromEntries(homes) });
    expect(ran).toMatchObject({ code: 1, out: "", err: expect.stringMatching(message) });
    expect(ran.err.endsWith("\nNothing was written.\n")).toBe(true);
    expect(ran.err).not.toContain("wrong-token");
    expect(fake.held.size).toBe(0);
  });
});
