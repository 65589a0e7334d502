// The admin API of `headgate serve`, on a port of its own.
import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { saying, text, until, useServiceFolder } from "../support/service.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const SECRET = "a-secret-that-opens-everything";

const service = useServiceFolder();

/** `serve` with an admin port, and the URLs of both. */
async function served(...args: string[]) {
  const { command, url } = await service.serveWith(
    { HEADGATE_ADMIN_TOKEN: SECRET },
    "--admin-port",
    "0",
    ...args,
  );
  const admin = command.err.find((line) => line.startsWith("admin API on "))?.replace(/.* on /, "") ?? "";
  return { command, url, admin };
}

const ask = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await request(url, {
    reset: true,
    headers: { authorization: `Bearer ${SECRET}`, ...headers },
  });
  return { status: answer.statusCode, body: await answer.body.text() };
};

describe("headgate serve --admin-port", () => {
  it("lists the sites in its folder, whatever the host, and serves none of them there", async () => {
    await service.write("a.yaml", saying("hello", "a.test"));
    await service.write("b.yaml", saying("hello", "*"));
    const { url, admin } = await served("--processes", "2");
    expect(admin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const host of ["a.test", "admin.test", new URL(admin).host]) {
      const listed = await ask(`${admin}/v1/sites`, { host });
      expect([host, listed.status]).toEqual([host, 200]);
      expect(JSON.parse(listed.body)).toMatchObject({
        sites: [{ name: "*" }, { name: "a.test" }],
        next: null,
      });
    }
    expect((await ask(`${admin}/`, { host: "a.test" })).status).toBe(404);
    expect(await text(`${url}/v1/sites`, "a.test")).toBe("hello"); // and the sites' port has no admin API
    expect(
      (await ask(`${admin}/v1/sites`, { authorization: "Bearer another-secret-of-no-one" })).status,
    ).toBe(401);
  });

  it("reaches the keepers of all processes: a switch acts, and the requests of both are counted", {
    timeout: 60_000,
  }, async () => {
    await service.write("a.yaml", saying("hello", "a.test"));
    const { url, admin } = await served("--processes", "2");
    const ownConnections = () => Promise.all(Array.from({ length: 20 }, () => text(url, "a.test")));
    expect(new Set(await ownConnections())).toEqual(new Set(["hello"]));
    const turned = await request(`${admin}/v1/sites/a.test/switches/kill`, {
      method: "PUT",
      headers: { authorization: `Bearer ${SECRET}`, "content-type": "application/json" },
      body: JSON.stringify({ on: true }),
    });
    const { revision } = (await turned.body.json()) as { revision: number };
    // Each process applies the revision, and reports that with what it has counted.
    await until("both are off", async () =>
      (await ownConnections()).every((body) => body.includes("site-off")),
    );
    const places = async () => {
      const { body } = await ask(`${admin}/v1/sites/a.test/purges/${revision}`);
      return (JSON.parse(body) as { places: { isolates: number; confirmedAt: number | null }[] }).places;
    };
    await until("both have confirmed", async () => {
      await ownConnections(); // without traffic a process reads nothing
      const [place] = await places();
      return place?.isolates === 2 && place.confirmedAt !== null;
    });
    const metrics = (await ask(`${admin}/metrics`)).body;
    const [, hellos] =
      /^headgate_requests_total\{site="a\.test",route="hello",cache="none",status="2xx"\} (\d+)$/m.exec(
        metrics,
      ) ?? [];
    expect(Number(hellos)).toBeGreaterThanOrEqual(20);
    expect(metrics).toContain('headgate_keeper_up{site="a.test"} 1');
  });

  it("purges: after the receipt nobody gets a byte from before", { timeout: 90_000 }, async () => {
    let version = "before";
    let asked = 0;
    const origin = http.createServer((_ask, answer) => {
      asked++;
      answer.setHeader("cache-control", "max-age=3600");
      answer.setHeader("cache-tag", "news");
      answer.end(version);
    });
    await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
    const to = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    await service.write(
      "a.yaml",
      `hosts: ["a.test"]\npools: { web: { origins: [{ id: a, url: "${to}" }] } }\nroutes: [{ id: rest, to: web }]\n`,
    );
    const { url, admin } = await served("--processes", "2");
    const pages = () =>
      Promise.all(Array.from({ length: 20 }, (_, page) => text(`${url}/${page % 4}`, "a.test")));
    // What was stored before the keeper was known to a process counts as purged, and each process has a cache of its own.
    await until("everything is cached", async () => {
      const before = asked;
      for (let round = 0; round < 5; round++) await pages();
      return asked === before;
    });
    version = "after";
    expect(new Set(await pages())).toEqual(new Set(["before"]));

    let isPurging = true;
    const traffic = (async () => {
      while (isPurging) await pages();
    })();
    const ran = await runHeadgate(service.temporary, ["purge", "--tag", "news", "--wait", "--edge", admin], {
      HEADGATE_TOKEN: SECRET,
    });
    expect([ran.code, ran.err]).toEqual([0, expect.stringMatching(/^(the cache answers .*\n)?$/)]);
    expect(ran.out).toMatch(
      /^what has the tag news on a\.test is purged \(revision \d+\)\nconfirmed after [\d.]+ s by 1 data centre: \S+\n$/,
    );
    expect(new Set(await pages())).toEqual(new Set(["after"]));
    isPurging = false;
    await traffic;
    origin.close();
  });

  it("keeps the secret to itself, also in its log", async () => {
    await service.write("a.yaml", saying("hello"));
    const { command, admin } = await served();
    await ask(`${admin}/v1/sites?token=${SECRET}`, { authorization: "" });
    await ask(`${admin}/v1/sites`, { authorization: `Bearer ${SECRET}x` });
    await command.line(/"level":"audit"/);
    expect([...command.out, ...command.err].join("\n")).not.toContain(SECRET);
    const hash = createHash("sha256").update(SECRET).digest("hex");
    expect([...command.out, ...command.err].join("\n")).not.toContain(hash);
  });

  const wrong: [what: string, env: Record<string, string>, sentence: RegExp][] = [
    ["no token", {}, /^error: --admin-port needs a token: set HEADGATE_ADMIN_TOKEN/],
    [
      "a token that could be guessed",
      { HEADGATE_ADMIN_TOKEN: "secret" },
      /^error: HEADGATE_ADMIN_TOKEN is shorter than 16 characters/,
    ],
    [
      "a faulty list of tokens",
      { HEADGATE_ADMIN_TOKENS: "ci:read:my-secret" },
      /^error: HEADGATE_ADMIN_TOKENS: token 1 has another form/,
    ],
  ];
  it.each(wrong)("does not start with %s", async (_what, env, sentence) => {
    await service.write("a.yaml", saying("hello"));
    const clean = { HEADGATE_ADMIN_TOKEN: "", HEADGATE_ADMIN_TOKENS: "", ...env };
    const ran = await runHeadgate(
      service.temporary,
      ["serve", "--sites", service.sites, "--port", "0", "--admin-port", "0"],
      clean,
    );
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(sentence);
    expect(ran.err).not.toContain("my-secret");
  });

  it("says which option to change if its port is in use", async () => {
    await service.write("a.yaml", saying("hello"));
    const { admin } = await served();
    const command = service.begin(["--port", "0", "--admin-port", new URL(admin).port], undefined, {
      HEADGATE_ADMIN_TOKEN: SECRET,
    });
    expect(await command.line(/in use/)).toMatch(/is in use; choose another --admin-port/);
    expect(await command.ended).toBe(1);
  });
});
