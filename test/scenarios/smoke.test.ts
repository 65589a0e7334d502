// `headgate smoke` against the edge where it can run here, `headgate dev` and `headgate serve`, and against something that answers
// as Cloudflare's network is assumed to.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PROJECT } from "../../cli/project.ts";
import { type MockOrigin, startMockOrigin } from "../../origin-mock/start.ts";
import { Command } from "../support/command.ts";
import { documented } from "../support/documented.ts";
import { CERTIFICATE, ORIGIN_BODY, type Pretence, pretendCloudflare } from "../support/pretend-cloudflare.ts";

interface Ran {
  readonly code: number | null;
  /** `ok`, `failed` or `not-applicable`, by check. */
  readonly verdicts: Record<string, string>;
  readonly saw: Record<string, string>;
  readonly out: string;
}

describe("headgate smoke", { timeout: 60_000 }, () => {
  let folder: string;
  let file: string;
  let origin: MockOrigin;
  const running: Command[] = [];

  beforeAll(async () => {
    origin = await startMockOrigin({ name: "a", port: 0 });
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-smoke-"));
    file = path.join(folder, "smoke.yaml");
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((command) => command.interrupt()));
  });
  afterAll(async () => {
    await origin.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (words: readonly string[], env = {}) => {
    const command = new Command(["smoke", ...words], env);
    const code = await command.ended;
    return { code, out: command.out.join("\n"), err: command.err.join("\n") };
  };
  const makeSite = async (url: string, ...words: string[]) => {
    const { code, out } = await run([url, "--site", ...words]);
    expect(code).toBe(0);
    await writeFile(file, out);
  };
  const smoke = async (words: readonly string[], env = {}): Promise<Ran> => {
    const { code, out, err } = await run([...words, "--json"], env);
    expect(err).toBe("");
    const { ok, checks } = JSON.parse(out) as {
      ok: boolean;
      checks: { name: string; verdict: string; saw: string; means: string | null }[];
    };
    expect(code).toBe(ok ? 0 : 1);
    for (const { verdict, means } of checks) expect(means !== null).toBe(verdict === "failed");
    const [shown] = documented("smoke") as [{ checks: object[] }];
    expect(Object.keys(JSON.parse(out))).toEqual(Object.keys(shown));
    expect(Object.keys(checks[0] ?? {})).toEqual(Object.keys(shown.checks[0] ?? {}));
    const by = (key: "verdict" | "saw") => Object.fromEntries(checks.map((each) => [each.name, each[key]]));
    return { code, verdicts: by("verdict"), saw: by("saw"), out };
  };
  const start = async (words: readonly string[], ready: RegExp): Promise<string> => {
    const command = new Command(words);
    running.push(command);
    return ready.exec(await command.line(ready))?.[1] ?? "";
  };
  const LOCAL = {
    edge: "ok",
    site: "ok",
    "client-address": "ok",
    "forged-address": "ok",
    country: "not-applicable",
    scheme: "ok",
    cache: "ok",
    "zone-cache": "not-applicable",
    compressed: "ok",
    "dead-origin": "ok",
    websocket: "ok",
    http2: "not-applicable",
    "early-hints": "not-applicable",
  };
  const WITH_ORIGIN = () => ["--origin", origin.url, "--path", "/zipped", "--websocket", "/ws"];

  it("finds `headgate serve` as it should be, and prints what docs/commands.md shows", async () => {
    await makeSite("http://127.0.0.1", ...WITH_ORIGIN());
    const url = await start(["serve", "--sites", folder, "--port", "0"], / on (http\S+);/);
    const { code, out, err } = await run([url, file]);
    expect([code, err]).toEqual([0, ""]);
    const timeless = out
      .replace(/after \d\.\d s/, "after 0.0 s")
      .replace(/a hit \d s/, "a hit 6 s")
      .replace(/gzip, \d+/, "gzip, 131");
    const page = await readFile(path.join(PROJECT, "docs/commands.md"), "utf8");
    const [, shown] = /^```text smoke\n([\s\S]*?)\n```$/m.exec(page) ?? [];
    expect(timeless).toBe(shown);
    const verdicts = [...out.matchAll(/^([\w-]+) +(ok|n\/a) /gm)].map(([, name, word]) => [
      name,
      word === "ok" ? "ok" : "not-applicable",
    ]);
    expect(Object.fromEntries(verdicts)).toEqual(LOCAL);
  });

  it("finds `headgate dev` as it should be, with what only Cloudflare does left open", async () => {
    await makeSite("http://127.0.0.1", ...WITH_ORIGIN());
    const url = await start(["dev", "--sites", folder, "--port", "0"], /^ready on (\S+);/);
    const { verdicts } = await smoke([url, file]);
    expect(verdicts).toEqual({ ...LOCAL, "forged-address": "not-applicable" });
  });

  it("waits for the version that was pushed, and says how long it took", async () => {
    await makeSite("http://127.0.0.1", "--marker", "old");
    const url = await start(["serve", "--sites", folder, "--port", "0"], / on (http\S+);/);
    const next = path.join(folder, "next"); // not seen by `serve`
    await writeFile(`${next}.txt`, (await run([url, "--site", "--marker", "new"])).out);
    const stale = await smoke([url, `${next}.txt`, "--wait", "1s"]);
    expect(stale.verdicts).toEqual({ edge: "ok", site: "failed" });
    expect(stale.saw.site).toBe("another version after 1 s");

    const [edge] = running;
    const asked = edge?.line(/"path":"\/smoke\/marker"/, { stream: "out", from: edge.out.length });
    const waiting = smoke([url, `${next}.txt`]);
    await asked;
    await makeSite("http://127.0.0.1", "--marker", "new");
    const { verdicts, saw } = await waiting;
    expect(verdicts).toMatchObject({
      site: "ok",
      cache: "not-applicable",
      compressed: "not-applicable",
      websocket: "not-applicable",
    });
    expect(saw.site).toMatch(/^this version, after \d\.\d s$/);
    expect(saw.cache).toBe("the site has no origin: make it anew with --origin URL");
  });

  it("makes a site without an origin where the variable of a workflow is not set", async () => {
    await makeSite("https://smoke.example.com", "--origin", "", "--path", "/");
    expect(await readFile(file, "utf8")).not.toContain("to: origin");
    const check = new Command(["check", file]);
    expect(await check.ended).toBe(0);
  });

  it("goes no further where no Headgate answers", async () => {
    await makeSite("http://127.0.0.1");
    const { code, out } = await run([origin.url, file]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^edge {12}FAIL {2}\/\.headgate\/health: status 404\n {22}something else answers on this host: .*\n1 check: 0 ok, 1 failed, 0 not applicable here$/,
    );
    await origin.stop();
    const gone = await smoke([origin.url, file]);
    origin = await startMockOrigin({ name: "a", port: 0 });
    expect(gone.saw).toEqual({ edge: "no answer: ECONNREFUSED" });
  });

  describe("on a network like Cloudflare's", () => {
    let server: http.Server;
    beforeAll(async () => {
      server = http.createServer((_ask, answer) =>
        answer.writeHead(200, { "content-encoding": "gzip" }).end(ORIGIN_BODY),
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => void server.close());

    const smokeOn = async (pretence: Omit<Pretence, "marker">): Promise<Ran> => {
      const edge = await pretendCloudflare({ marker: "pushed", ...pretence });
      try {
        const originUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        await makeSite(edge.url, "--marker", "pushed", "--origin", originUrl, "--websocket", "/ws");
        return await smoke([edge.url, file], { NODE_EXTRA_CA_CERTS: CERTIFICATE });
      } finally {
        edge.stop();
      }
    };

    it("finds everything as it should be", async () => {
      const { verdicts, saw } = await smokeOn({});
      expect(saw).toEqual({
        edge: "there, on Cloudflare (FRA)",
        site: expect.stringMatching(/^this version, after 0\.\d s$/),
        "client-address": "198.51.100.7",
        "forged-address": "forged fields change nothing, and the platform refuses CF-Connecting-IP (403)",
        country: "DE",
        scheme: "https",
        cache: "a hit 6 s after it was stored",
        "zone-cache": "CF-Cache-Status: DYNAMIC",
        compressed: `gzip, ${ORIGIN_BODY.length} bytes, as the origin sent them`,
        "dead-origin": "502, connection_terminated",
        websocket: "open, and a message came back",
        http2: "the client and the platform agree on h2",
        "early-hints": "103 before the response",
      });
      expect(new Set(Object.values(verdicts))).toEqual(new Set(["ok"]));
    });

    it("finds each fault", async () => {
      const { verdicts, saw } = await smokeOn({
        hasHttp2: false,
        upgrades: false,
        faults: {
          "/smoke/facts": ({ headers }) => ({
            status: 200,
            headers: {
              "x-smoke-client": String(headers["x-forwarded-for"] ?? "192.0.2.9"),
              "x-smoke-country": "",
              "x-smoke-scheme": "http",
            },
          }),
          "/smoke/cached": () => ({ headers: { "cache-status": "headgate; fwd=uri-miss; stored" } }),
          "/smoke/relayed": () => ({ headers: { "cf-cache-status": "HIT", "content-encoding": "br" } }),
          "/smoke/gone": () => ({ status: 530 }),
        },
      });
      expect(saw).toEqual({
        edge: "there, on Cloudflare (FRA)",
        site: expect.any(String),
        "client-address": "the edge takes us for 192.0.2.9, and we are 198.51.100.7",
        "forged-address": "the edge believes X-Forwarded-For, X-Real-IP or Forwarded",
        country: "the country ",
        scheme: "asked by https, and the edge thinks http",
        cache: "stored, and 4 requests later not found",
        "zone-cache": "CF-Cache-Status: HIT",
        compressed: `gzip, ${ORIGIN_BODY.length} bytes from the origin; br, ${ORIGIN_BODY.length} bytes from the edge`,
        "dead-origin": "the answer 530 was passed on",
        websocket: "the connection was not upgraded",
        http2: "only http/1.1",
        "early-hints": "there is no HTTP/2, and 103 comes with it only",
      });
      const { edge, site, "early-hints": hints, ...others } = verdicts;
      expect([edge, site, hints]).toEqual(["ok", "ok", "not-applicable"]);
      expect(new Set(Object.values(others))).toEqual(new Set(["failed"]));
    });
  });
});
