import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Command } from "../support/command.ts";
import { descendantsOf, isAlive } from "../support/descendants.ts";
import { replies, TestOrigin, useOrigin } from "../support/origin.ts";
import { until } from "../support/service.ts";

const respondWith = (host: string, body: string): string =>
  `hosts: [${host}]\nroutes:\n  - { id: hello, respond: { body: "${body}" } }\n`;

const SECRET = "a-secret-that-opens-everything";

/** One `headgate dev` for all: its start takes seconds. The tests go through its life in order. */
describe("headgate dev", () => {
  const origin = useOrigin();
  let folder: string;
  let sites: string;
  let dev: Command;
  let url: string;

  const save = (file: string, text: string) => writeFile(path.join(sites, file), text);
  const ask = async (host: string, target = "/", headers = {}) => {
    const answer = await request(url + target, { headers: { host, ...headers } });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  /** What dev says after this point. */
  const saidSince = (from: number, pattern: RegExp) => dev.line(pattern, { stream: "err", from });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-dev-"));
    sites = path.join(folder, "sites");
    await mkdir(sites);
    await save("a.yaml", respondWith("a.test", "one"));
    await save("b.yaml", respondWith("b.test", "bee"));
    await save(
      "proxied.yaml",
      `hosts: [proxied.test]\npools: { web: { origins: [{ id: o, url: "${origin.url}" }] } }\nroutes: [{ id: rest, to: web }]\nlog: { format: combined }\n`,
    );
    const state = path.join(folder, "state");
    dev = new Command(["dev", "--sites", sites, "--port", "0", "--admin-port", "0", "--persist-to", state], {
      HEADGATE_ADMIN_TOKEN: SECRET,
    });
    const ready = await dev.line(/^ready on /);
    url = ready.replace(/^ready on (\S+);.*/, "$1");
  }, 60_000);
  afterAll(async () => {
    await dev.interrupt();
    await rm(folder, { recursive: true, force: true });
  });

  it("serves each file of the folder", async () => {
    expect(await ask("a.test")).toEqual({ status: 200, text: "one" });
    expect(await ask("b.test")).toEqual({ status: 200, text: "bee" });
  });

  it("says in the terminal, and not to who asks, which hosts there are", async () => {
    const { status, text } = await ask("nobody.test");
    expect([status, JSON.parse(text).type]).toEqual([404, "about:blank"]);
    expect(text).not.toContain("a.test");
    expect(await dev.line(/nobody\.test/, { stream: "err", from: 0 })).toMatch(
      /no site serves nobody\.test; the sites serve a\.test, b\.test, proxied\.test; try curl/,
    );
  });

  // Every user of the machine can list the arguments of a process. With the address of the doorway, another one could connect to
  // origins with the operator's client certificates.
  it("shows no secret of the run among the arguments of its processes", async () => {
    const lines = descendantsOf(dev.pid).map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    expect(lines.join()).toContain("HEADGATE_SNAPSHOT_REFRESH_MS");
    expect(lines.filter((line) => /SECRET|DOORWAY|[0-9a-f]{32}/.test(line))).toEqual([]);
  });

  it("has the admin API on a port of its own, and on no host of the other", async () => {
    const admin = (await dev.line(/^admin API on /)).replace(/.* on /, "");
    const headers = { authorization: `Bearer ${SECRET}` };
    const listed = await request(`${admin}/v1/sites`, { headers });
    expect(await listed.body.json()).toMatchObject({
      sites: [{ name: "a.test" }, { name: "b.test" }, { name: "proxied.test" }],
      next: null,
    });
    const kept = await request(`${admin}/v1/sites/a.test/keeper`, { headers });
    expect(await kept.body.json()).toMatchObject({ switches: { kill: false } });
    expect((await request(`${admin}/v1/sites`)).statusCode).toBe(401);
    const own = await request(`${admin}/v1/sites`, { headers: { ...headers, origin: admin } });
    expect(own.statusCode).toBe(200);
    const foreign = await request(`${admin}/v1/sites`, {
      headers: { ...headers, origin: "https://evil.test" },
    });
    expect(foreign.statusCode).toBe(403);
    for (const host of ["admin.internal", new URL(admin).host, "a.test"])
      expect((await ask(host, "/v1/sites", headers)).text).not.toContain('"sites"');
    expect([...dev.out, ...dev.err].join("\n")).not.toContain(SECRET);
  });

  it("has a keeper for each site that is asked for, kept with the rest of its state", async () => {
    const objects = path.join(folder, "state/v3/do/headgate-Keeper");
    await expect
      .poll(() => readdirSync(objects).filter((file) => /^[\da-f]{64}\.sqlite$/.test(file)).length)
      .toBe(2);
    expect(dev.err.filter((line) => /Durable|WARN/.test(line))).toEqual([]);
  });

  it("proxies, and logs the request as a line of JSON where nobody watches, whatever the site asks for", async () => {
    expect(await ask("proxied.test", "/logged")).toEqual({ status: 200, text: "hello" });
    const record = JSON.parse(await dev.line(/"path":"\/logged"/));
    expect(record).toMatchObject({ host: "proxied.test", route: "rest", origin: "o", client: "127.0.0.1" });
    expect(dev.out.filter((line) => !line.startsWith("{"))).toEqual([]);
  });

  it("has a saved file live within two seconds, at the first request", async () => {
    const saved = performance.now();
    const from = dev.err.length;
    await save("a.yaml", respondWith("a.test", "two"));
    await saidSince(from, / live .*a\.yaml/);
    await edgeLooksAgain();
    expect(await ask("a.test")).toEqual({ status: 200, text: "two" });
    expect(performance.now() - saved).toBeLessThan(2_000);
  });

  it("reports a file with a problem, where it is, and keeps the last good one live", async () => {
    const from = dev.err.length;
    await save("a.yaml", "hosts: [a.test]\nroutes:\n  - { id: hello, respnd: { body: x } }\n");
    expect(await saidSince(from, /a\.yaml:3:\d+/)).toContain("respnd");
    await saidSince(from, /the last good version stays live/);
    await edgeLooksAgain();
    expect(await ask("a.test")).toEqual({ status: 200, text: "two" });
  });

  it("goes on when it is mended", async () => {
    const from = dev.err.length;
    await save("a.yaml", respondWith("a.test", "three"));
    await saidSince(from, / live .*a\.yaml/);
    await edgeLooksAgain();
    expect(await ask("a.test")).toEqual({ status: 200, text: "three" });
  });

  it("lets go of the hosts of a deleted file, and of no others", async () => {
    const from = dev.err.length;
    await rm(path.join(sites, "b.yaml"));
    await saidSince(from, / gone .*b\.yaml/);
    await edgeLooksAgain();
    expect((await ask("b.test")).status).toBe(404);
    expect(await ask("a.test")).toEqual({ status: 200, text: "three" });
  });

  it("probes the origins of a site that asks for it", async () => {
    await save(
      "probed.yaml",
      `hosts: [probed.test]
pools: { web: { origins: [{ id: o, url: "${origin.url}" }], health: { path: /healthz, every: 1s } } }
routes: [{ id: rest, to: web }]
`,
    );
    const isProbed = () => origin.seen.some(({ url }) => url === "/healthz");
    await until("it is probed", async () => {
      await ask("probed.test"); // isolates tell what they serve
      return isProbed();
    });
    await rm(path.join(sites, "probed.yaml"));
  });

  it("leaves an origin out while its probes fail, and has it back when they do not, and says both", async () => {
    const well = new TestOrigin(replies(["well"]));
    const sick = new TestOrigin(replies(["sick"]));
    await Promise.all([well.start(), sick.start()]);
    const health = (status: number) =>
      sick.answers((ask, answer) => void answer.writeHead(ask.url === "/healthz" ? status : 200).end("sick"));
    const who = async () => {
      const answers = await Promise.all(Array.from({ length: 16 }, () => ask("both.test")));
      return [...new Set(answers.map(({ text }) => text))].sort();
    };
    const from = dev.err.length;
    health(503);
    await save(
      "both.yaml",
      `hosts: [both.test]
pools:
  web:
    origins: [{ id: well, url: "${well.url}" }, { id: sick, url: "${sick.url}" }]
    health: { path: /healthz, every: 1s, rise: 1, fall: 2 }
routes: [{ id: rest, to: web, cache: off }]
`,
    );
    await until("it is served", async () => (await ask("both.test")).status === 200);
    await until("it gets no request", async () => (await who()).join() === "well");
    expect(await saidSince(from, /an origin is down/)).toContain("sick");
    health(200);
    await until("it gets some again", async () => (await who()).join() === "sick,well");
    expect(await saidSince(from, /an origin is good again/)).toContain("sick");
    await rm(path.join(sites, "both.yaml"));
    await Promise.all([well.stop(), sick.stop()]);
  }, 60_000);

  it("ends at Ctrl-C with everything it has started", async () => {
    const started = descendantsOf(dev.pid);
    expect(await dev.interrupt()).toBe(0);
    expect(started.filter(isAlive)).toEqual([]);
    await expect(request(url)).rejects.toThrow("ECONNREFUSED");
  });
});

/** The edge of `dev` reads a site again after 200 ms; the clock of a workerd of wrangler's cannot be moved. */
const edgeLooksAgain = () => new Promise((resolve) => setTimeout(resolve, 250));

describe("two runs of headgate dev", () => {
  let folder: string;
  const runs: Command[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-dev-"));
  });
  afterAll(async () => {
    await Promise.all(runs.map((dev) => dev.interrupt()));
    await rm(folder, { recursive: true, force: true });
  });

  it("have a store each, answer from the first moment, and leave nothing, not even when they are killed", async () => {
    const urls = await Promise.all(
      ["one", "two"].map(async (name) => {
        await mkdir(path.join(folder, name));
        await writeFile(path.join(folder, name, "a.yaml"), respondWith("a.test", name));
        const dev = new Command(["dev", "--sites", path.join(folder, name), "--port", "0"], {
          TMPDIR: folder,
        });
        runs.push(dev);
        return (await dev.line(/^ready on /)).replace(/^ready on (\S+);.*/, "$1");
      }),
    );
    const texts = urls.map(async (url) => (await request(url, { headers: { host: "a.test" } })).body.text());
    expect(await Promise.all(texts)).toEqual(["one", "two"]);

    const [first] = runs;
    const started = descendantsOf(first?.pid ?? 0);
    expect(started.length).toBeGreaterThan(2);
    process.kill(first?.pid ?? 0, "SIGKILL");
    await expect.poll(() => started.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    // Before: the folders that Miniflare makes stayed.
    const left = () => readdirSync(folder).filter((name) => name !== "one" && name !== "two");
    await expect.poll(left, { timeout: 10_000 }).toEqual([expect.stringMatching(/^headgate-dev-/)]);
    await runs[1]?.interrupt();
    expect(left()).toEqual([]);
  }, 60_000);
});

describe("headgate dev that cannot start", () => {
  const origin = useOrigin();

  it("says that the port is in use", async () => {
    const dev = new Command(["dev", "--port", String(origin.port)]);
    expect(await dev.ended).toBe(1);
    expect(dev.err).toEqual([`error: 127.0.0.1:${origin.port} is in use; choose another --port`]);
  });

  it("ends at once when it is told to before it is ready", async () => {
    const temporary = await mkdtemp(path.join(os.tmpdir(), "headgate-dev-"));
    const state = path.join(temporary, "state");
    const dev = new Command(["dev", "--port", "0", "--persist-to", state], { TMPDIR: temporary });
    await expect.poll(() => descendantsOf(dev.pid).length, { timeout: 10_000 }).toBeGreaterThan(1);
    const started = descendantsOf(dev.pid);
    expect(await dev.interrupt()).toBe(130);
    await expect.poll(() => started.filter(isAlive)).toEqual([]);
    await expect.poll(() => readdirSync(temporary).filter((name) => name !== "state")).toEqual([]);
    await rm(temporary, { recursive: true, force: true });
  });

  it("says that the folder is not there", async () => {
    const dev = new Command(["dev", "--sites", "/nowhere"]);
    expect(await dev.ended).toBe(2);
    expect(dev.err[0]).toBe("error: no such file or folder: /nowhere");
  });
});
