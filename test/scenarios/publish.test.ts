// Sites published over the admin API of `headgate serve --state DIR --admin-port N`: on real workerd, with the real commands.
import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { descendantsOf, isAlive } from "../support/descendants.ts";
import { saying, text, until, useServiceFolder } from "../support/service.ts";
import { onMiniflare } from "../support/versioned-edges.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const SECRET = "a-secret-that-opens-everything";
const READER = "a-secret-that-may-only-read";

const service = useServiceFolder();

const served = (...args: string[]) => servedWith({}, ...args);

async function servedWith(more: Record<string, string>, ...args: string[]) {
  const sha256 = createHash("sha256").update(READER).digest("hex");
  const env = { HEADGATE_ADMIN_TOKEN: SECRET, HEADGATE_ADMIN_TOKENS: `reader:read:${sha256}`, ...more };
  const { command, url } = await service.servePublished(env, ...args);
  const admin = command.err.find((line) => line.startsWith("admin API on "))?.replace(/.* on /, "") ?? "";
  return { command, url, admin };
}

const run = (admin: string, ...words: string[]) =>
  runHeadgate(service.temporary, words, { HEADGATE_EDGE: admin, HEADGATE_TOKEN: SECRET });

async function write(name: string, content: string): Promise<string> {
  await writeFile(path.join(service.sites, name), content);
  return path.join(service.sites, name);
}

async function call(
  admin: string,
  method: "GET" | "POST" | "PUT" | "DELETE",
  target: string,
  body?: unknown,
) {
  const answer = await request(`${admin}${target}`, {
    method,
    headers: { authorization: `Bearer ${SECRET}`, "content-type": "application/json" },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: -- JSON, which the test compares
  return { status: answer.statusCode, value: (await answer.body.json()) as any };
}

const fileSaying = (body: string, ...hosts: string[]) => ({
  hosts,
  routes: [{ id: "hello", respond: { body } }],
});

/** The answers to many clients, each with an address of its own connection. */
const answersTo = (url: string, host: string) =>
  Promise.all(Array.from({ length: 20 }, () => text(url, host)));

describe("headgate serve without --sites", () => {
  it("serves what is pushed, in all its processes, through versions, a share, a promotion and a rollback", {
    timeout: 90_000,
  }, async () => {
    const { url, admin } = await served("--processes", "2");
    expect(await text(url, "a.test")).toContain("No site is served");
    const file = await write("a.yaml", `# first\n${saying("one", "a.test")}`);
    const pushed = await run(admin, "push", file);
    expect([pushed.code, pushed.err]).toEqual([0, ""]);
    expect(pushed.out).toMatch(
      /^site:a\.test {2}version [\da-f]{12} {2}new\n1 key written to the edge, 0 left alone\n$/,
    );
    const all = (body: string) => async () =>
      (await answersTo(url, "a.test")).every((answer) => answer === body);
    await until("both processes serve it", all("one"));

    await write("a.yaml", saying("two", "a.test"));
    expect((await run(admin, "push", file)).out).toMatch(/changed\n/);
    await until("both serve the second", all("two"));

    await write("a.yaml", saying("three", "a.test"));
    const shared = await run(admin, "push", file, "--share", "50%");
    expect(shared.out).toMatch(/version [\da-f]{12} for 50%, beside [\da-f]{12} {2}changed\n/);
    const listed = JSON.parse((await run(admin, "versions", "--json")).out);
    expect(listed.sites[0].next).toMatchObject({ share: 0.5 });
    expect(listed.sites[0].versions.map(({ state }: { state: string }) => state)).toEqual([
      "next",
      "live",
      "before",
    ]);
    expect((await run(admin, "diff", "live", "next")).out).toContain("three");
    expect((await run(admin, "promote")).out).toMatch(
      /^a\.test: version [\da-f]{12} is live for everybody, was /,
    );
    await until("both serve the third", all("three"));
    expect((await run(admin, "promote")).err).toBe(
      "a.test has no rollout under way: nothing can be promoted\n",
    );

    expect((await run(admin, "rollback")).code).toBe(0);
    await until("both serve the second again", all("two"));
    const first = listed.sites[0].versions[2].version as string;
    expect((await run(admin, "rollback", first.slice(0, 6))).code).toBe(0);
    await until("both serve the first again", all("one"));
    expect((await run(admin, "pull")).out).toBe(`# first\n${saying("one", "a.test")}`);

    const third = listed.sites[0].versions[0].version as string;
    const share = await call(admin, "PUT", "/v1/sites/a.test/share", { version: third, share: 0.25 });
    expect([share.status, share.value.after.next]).toMatchObject([200, { version: third, share: 0.25 }]);
    const larger = await call(admin, "PUT", "/v1/sites/a.test/share", { share: 0.75 });
    expect(larger.value.after.next).toEqual({ ...share.value.after.next, share: 0.75 });
    expect((await run(admin, "abort")).out).toContain(`and the rollout of ${third} has ended`);
    const live = await call(admin, "PUT", "/v1/sites/a.test/share", { version: first, share: 0.5 });
    expect(live.value.detail).toBe(`version ${first} of a.test is live for everybody already.`);
    for (const wrong of [0, 1, "5%"]) {
      const answer = await call(admin, "PUT", "/v1/sites/a.test/share", { version: third, share: wrong });
      expect([answer.status, answer.value.title]).toEqual([400, "invalid-input"]);
    }
  });

  it("loses nothing that it has acknowledged when everything is killed", { timeout: 90_000 }, async () => {
    const before = await served("--processes", "2");
    let acknowledged = 0;
    const publishing = (async () => {
      for (let count = 1; count <= 200; count++) {
        const { status } = await call(before.admin, "POST", "/v1/publish", {
          sites: [{ file: fileSaying(`number ${count}`, "a.test", "www.a.test") }],
        });
        if (status !== 200) return;
        acknowledged = count;
      }
    })().catch(() => {});
    await until("some are acknowledged", () => acknowledged >= 10);
    const all = [before.command.pid, ...descendantsOf(before.command.pid)];
    expect(all.length).toBeGreaterThanOrEqual(4); // two that serve, and the one with the state
    for (const pid of all) process.kill(pid, "SIGKILL");
    await publishing;
    await until("all have ended", () => !all.some(isAlive));
    const after = await served();
    for (const host of ["a.test", "www.a.test"]) {
      const [, number] = /^number (\d+)$/.exec(await text(after.url, host)) ?? [];
      expect(Number(number)).toBeGreaterThanOrEqual(acknowledged); // one more may have been on its way
    }
    const record = await call(after.admin, "GET", "/v1/sites/www.a.test/versions");
    expect(record.value.kept.length).toBeGreaterThan(Math.min(acknowledged, 20) - 1);
    expect((await call(after.admin, "POST", "/v1/sites/a.test/rollback", {})).status).toBe(200);
  });

  it("lets one of two win who publish the same site at once, and tells the other", {
    timeout: 60_000,
  }, async () => {
    const { admin } = await served("--processes", "2");
    const publish = (count: number) =>
      call(admin, "POST", "/v1/publish", { sites: [{ file: fileSaying(`number ${count}`, "a.test") }] });
    await publish(0);
    const won: number[] = [];
    for (let round = 0; round < 10; round++) {
      const numbers = [1, 2, 3, 4].map((number) => round * 10 + number);
      const answers = await Promise.all(numbers.map(publish));
      const winners = numbers.filter((_, at) => answers[at]?.status === 200);
      won.push(...winners);
      expect(winners.length).toBeGreaterThanOrEqual(1);
      for (const { status, value } of answers.filter((answer) => answer.status !== 200)) {
        expect([status, value.title]).toEqual([409, "changed-meanwhile"]);
        expect(value.detail).toContain("somebody else has published the same site at the same moment");
        expect(value.report.written.done).not.toContain("site:a.test");
      }
    }
    // Whoever was told that it is published is in the record: nobody's version was written over unseen.
    const { value } = await call(admin, "GET", "/v1/sites/a.test/versions");
    expect(value.kept.length).toBe(Math.min(20, won.length + 1));
  });

  it("refuses a host of another site unless it is told, and each other bad input, with nothing done", {
    timeout: 60_000,
  }, async () => {
    const { url, admin } = await served();
    await call(admin, "POST", "/v1/publish", { sites: [{ file: fileSaying("a", "a.test", "www.test") }] });
    const kept = async () => (await readdir(path.join(service.state, "sites"))).sort();
    const before = await kept();
    const thief = { sites: [{ file: fileSaying("b", "b.test", "www.test") }] };
    const bad: [body: unknown, status: number, title: string, sentence: RegExp][] = [
      [
        thief,
        409,
        "host-of-another-site",
        /www\.test belongs to the site a\.test, and would move to b\.test/,
      ],
      ["{", 400, "not-json", /must be JSON/],
      [{ sites: [] }, 400, "invalid-input", /^sites /],
      [{ sites: [{ file: fileSaying("b") }] }, 400, "invalid-input", /^sites\[0\]\.file\.hosts /],
      [
        { sites: [{ file: { hosts: ["b.test"], routes: [{ id: "x", colour: 1 }] } }] },
        400,
        "invalid-input",
        /sites\[0\]\.file\.routes\[0\]/,
      ],
      [
        { sites: [{ file: fileSaying("b", "b.test") }, { file: fileSaying("c", "b.test") }] },
        400,
        "invalid-input",
        /^sites\[1\]\.file\.hosts\[0\] is taken/,
      ],
      [
        {
          sites: [
            {
              file: {
                ...fileSaying("b", "b.test"),
                tests: [{ request: { url: "https://b.test/" }, expect: { status: 404 } }],
              },
            },
          ],
        },
        422,
        "tests-failed",
        /b\.test: GET https:\/\/b\.test\/: status should be 404 and is 200/,
      ],
      [
        { sites: [{ file: fileSaying("b", "b.test") }], share: 0.5 },
        409,
        "not-possible",
        /b\.test has no live version that a rollout could begin beside/,
      ],
      [
        { sites: [{ file: fileSaying("a", "a.test", "www.test") }], removeHosts: ["www.test"] },
        400,
        "invalid-input",
        /removeHosts\[0\] is a host that a file names/,
      ],
      [
        { sites: [{ file: fileSaying("b", `${`${"x".repeat(60)}.`.repeat(4)}test`) }] },
        400,
        "invalid-input",
        /is too long for this edge/,
      ],
      [
        { sites: [{ file: fileSaying("b", "../../b.test") }] },
        400,
        "invalid-input",
        /^sites\[0\]\.file\.hosts\[0\] /,
      ],
    ];
    for (const [body, status, title, sentence] of bad) {
      const answer = await call(admin, "POST", "/v1/publish", body);
      expect([answer.status, answer.value.title]).toEqual([status, title]);
      expect(answer.value.detail).toMatch(sentence);
    }
    for (const target of ["rollback", "promote", "abort"]) {
      const answer = await call(admin, "POST", `/v1/sites/a.test/${target}`, {});
      expect([answer.status, answer.value.title]).toEqual([409, "not-possible"]);
    }
    expect((await call(admin, "GET", "/v1/sites/a.test/versions/abcdef")).value.title).toBe("not-possible");
    expect((await call(admin, "DELETE", "/v1/hosts/nobody.test")).status).toBe(404);
    expect(await kept()).toEqual(before);

    const file = await write(
      "b.yaml",
      `hosts: [b.test, www.test]\nroutes: [{ id: b, respond: { body: b } }]\n`,
    );
    const refused = await run(admin, "push", file);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toBe(`www.test belongs to the site a.test, and would move to the site b.test
1 host would move to another site. If that is meant: --take-host 'www.test'
Nothing was written.
`);
    expect((await run(admin, "push", file, "--take-host", "www.test")).code).toBe(0);
    await until("the host has moved", async () => (await text(url, "www.test")) === "b");
  });

  it("refuses a version that names a secret it lacks, and explains one that it has without its value", async () => {
    const { admin, url } = await servedWith({ HEADGATE_SECRET_OF_EDGE: "the-value-of-a-secret" });
    const keyed = (name: string) =>
      `hosts: [keyed.test]\nroutes: [{ id: key, respond: { headers: { x-key: "\${secret:${name}}" } } }]\n`;
    const refused = await run(admin, "push", await write("keyed.yaml", keyed("OF_NOBODY")), "--edge", admin);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining("names `${secret:OF_NOBODY}`, which this edge does not have for the site"),
    ]);
    const pushed = await run(admin, "push", await write("keyed.yaml", keyed("OF_EDGE")), "--edge", admin);
    expect(pushed.code).toBe(0);
    await until("the site is served", async () => {
      const answer = await request(url, { headers: { host: "keyed.test" } });
      await answer.body.dump();
      return answer.headers["x-key"] === "the-value-of-a-secret";
    });
    const told = await call(admin, "POST", "/v1/explain", {
      url: "http://keyed.test/",
      method: "GET",
      headers: [],
    });
    expect(told.status).toBe(200);
    expect(JSON.stringify(told.value)).toContain("${secret:OF_EDGE}");
    expect(JSON.stringify(told.value)).not.toContain("the-value");
    for (const target of ["/v1/sites", "/v1/sites/keyed.test", "/v1/hosts/keyed.test"])
      expect(JSON.stringify((await call(admin, "GET", target)).value)).not.toContain("the-value");
  });

  it("refuses a version that lets nobody in without HEADGATE_SECRET, which it does not have", async () => {
    const { admin } = await served();
    const guarded = (rule: string) => `hosts: [g.test]\nroutes: [{ id: g, ${rule}, respond: { body: g } }]\n`;
    const signed = await write("signed.yaml", guarded("auth: { signed: {} }"));
    const refused = await run(admin, "push", signed, "--edge", admin);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(
        /routes\[0\]\.auth\.signed needs HEADGATE_SECRET, which this edge does not have: it lets no signed link in/,
      ),
    ]);
    // For its own cookies `serve` has made up a secret.
    const challenged = await write("challenged.yaml", guarded("challenge: proof-of-work"));
    expect((await run(admin, "push", challenged, "--edge", admin)).code).toBe(0);
  });

  it("does not publish for a token that may only read, and logs who did what, without the files", {
    timeout: 60_000,
  }, async () => {
    const { command, admin } = await served();
    const sites = [{ file: fileSaying("a secret body", "a.test") }];
    expect((await call(admin, "POST", "/v1/publish", { sites })).status).toBe(200);
    const line = JSON.parse(await command.line(/"did":"publish"/));
    expect(line).toMatchObject({
      level: "audit",
      who: "admin",
      with: { body: { hosts: [["a.test"]], takeHosts: [], removeHosts: [], prune: false } },
      refusal: null,
    });
    expect(JSON.stringify(line)).not.toContain("a secret body");
    const reader = { authorization: `Bearer ${READER}`, "content-type": "application/json" };
    const refused = await request(`${admin}/v1/publish`, {
      method: "POST",
      headers: reader,
      body: JSON.stringify({ sites }),
    });
    expect(refused.statusCode).toBe(403);
    expect(await refused.body.json()).toMatchObject({ title: "scope-missing" });
    expect((await request(`${admin}/v1/versions`, { headers: reader })).statusCode).toBe(200);
  });

  it("takes a host away, and a site with its versions", { timeout: 60_000 }, async () => {
    const { url, admin } = await served();
    await call(admin, "POST", "/v1/publish", { sites: [{ file: fileSaying("a", "a.test", "www.test") }] });
    expect(await text(url, "www.test")).toBe("a");
    expect((await call(admin, "DELETE", "/v1/hosts/www.test")).value).toEqual({
      site: "a.test",
      removed: ["site:www.test"],
    });
    await until("it is gone", async () => (await text(url, "www.test")).includes("No site is served"));
    expect(await text(url, "a.test")).toBe("a");
    expect((await call(admin, "DELETE", "/v1/hosts/a.test")).status).toBe(200);
    await until("the site is gone", async () => (await text(url, "a.test")).includes("No site is served"));
    expect(await readdir(path.join(service.state, "sites"))).toEqual([]);
  });

  it("begins with no origin drained when it is published again after it was taken away", {
    timeout: 60_000,
  }, async () => {
    const { url, admin } = await served();
    const origins = ["fra", "iad"].map((id) => ({ id, url: `http://${id}.test` }));
    const file = { ...fileSaying("a", "a.test"), pools: { web: { origins } } };
    const standings = async () => {
      const { status, value } = await call(admin, "GET", "/v1/sites/a.test/origins");
      return status === 200 ? value.origins.map(({ standing }: { standing: string }) => standing) : status;
    };
    await call(admin, "POST", "/v1/publish", { sites: [{ file }] });
    await until("it is there", async () => (await text(url, "a.test")) === "a");
    expect((await call(admin, "PUT", "/v1/sites/a.test/drains/web/fra", {})).status).toBe(200);
    expect(await standings()).toEqual(["drained", "good"]);
    expect((await call(admin, "DELETE", "/v1/hosts/a.test")).status).toBe(200);
    await until("it is gone", async () => (await standings()) === 404);
    await call(admin, "POST", "/v1/publish", { sites: [{ file }] });
    await until("it is there again", async () => (await standings()) !== 404);
    expect(await standings()).toEqual(["good", "good"]);
  });

  it("begins with its switches off when it is published again after it was taken away, in either way", {
    timeout: 60_000,
  }, async () => {
    const { url, admin } = await served();
    const ways = [
      () => call(admin, "DELETE", "/v1/hosts/a.test"),
      () =>
        call(admin, "POST", "/v1/publish", {
          sites: [{ file: fileSaying("b", "b.test") }],
          removeHosts: ["a.test"],
        }),
    ];
    for (const takeAway of ways) {
      await call(admin, "POST", "/v1/publish", { sites: [{ file: fileSaying("a", "a.test") }] });
      await until("it is there", async () => (await text(url, "a.test")) === "a");
      await call(admin, "PUT", "/v1/sites/a.test/switches/kill", { on: true });
      await until("it is off", async () => (await text(url, "a.test")).includes("site-off"));
      expect((await takeAway()).status).toBe(200);
      await until("it is gone", async () => (await text(url, "a.test")).includes("No site is served"));
    }
    await call(admin, "POST", "/v1/publish", { sites: [{ file: fileSaying("a", "a.test") }] });
    await until("it is there again", async () => (await text(url, "a.test")) === "a");
  });

  it("has its site files as the truth with --sites, and refuses to publish", {
    timeout: 60_000,
  }, async () => {
    await service.write("a.yaml", saying("from the folder", "a.test"));
    const { command, url } = await service.serveWith(
      { HEADGATE_ADMIN_TOKEN: SECRET },
      "--admin-port",
      "0",
      "--state",
      service.state,
    );
    const admin = command.err.find((line) => line.startsWith("admin API on "))?.replace(/.* on /, "") ?? "";
    const pushed = await run(admin, "push", await write("a.yaml", saying("from the folder", "a.test")));
    expect([pushed.code, pushed.err]).toEqual([
      1,
      "This edge takes its sites from files or from its bundle: change them there\nNothing was written.\n",
    ]);
    expect(await text(url, "a.test")).toBe("from the folder");
  });
});

describe("an edge on Workers KV", () => {
  it("is published to by the commands", {
    timeout: 60_000,
  }, async () => {
    const edge = await onMiniflare({ HEADGATE_ADMIN_HOST: "127.0.0.1", HEADGATE_ADMIN_TOKEN: SECRET });
    try {
      const file = await write("a.yaml", `# first\n${saying("one", "a.test")}`);
      expect((await run(edge.url, "push", file)).code).toBe(0);
      await until("it is served", async () => (await text(edge.url, "a.test")) === "one");
      await write("a.yaml", saying("two", "a.test"));
      expect((await run(edge.url, "push", file)).code).toBe(0);
      await until("the second is served", async () => (await text(edge.url, "a.test")) === "two");
      expect((await run(edge.url, "rollback")).code).toBe(0);
      await until("the first is served again", async () => (await text(edge.url, "a.test")) === "one");
      expect((await run(edge.url, "pull")).out).toBe(`# first\n${saying("one", "a.test")}`);
      expect((await call(edge.url, "DELETE", "/v1/hosts/a.test")).status).toBe(200);
      expect((await call(edge.url, "GET", "/v1/versions")).value).toEqual({ sites: [], next: null });
    } finally {
      await edge.stop();
    }
  });
});
