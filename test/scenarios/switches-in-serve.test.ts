// `headgate switch` against a running `headgate serve` of two processes under load: how long until no request is let in any more, with nothing
// published.
import { request } from "undici";
import { beforeEach, describe, expect, it } from "vitest";
import { replies, useOrigin } from "../support/origin.ts";
import { type Served, until, useServiceFolder } from "../support/service.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const SECRET = "a-secret-that-opens-everything";

/** What docs/maintenance.md promises. Isolates ask every 3 s, a quarter more or less, and the keeper's answer may be 2 s old. */
const WITHIN_MS = 7_000;

const service = useServiceFolder();
const origin = useOrigin(replies(["a page"]));
let served: Served;
let admin: string;

beforeEach(async () => {
  await service.write(
    "a.yaml",
    `hosts: ["*"]
pools: { web: { origins: [{ id: a, url: "${origin.url}" }] } }
maintenance: { page: { body: "<h1>Soon</h1>" } }
routes: [{ id: fixed, match: { path: /fixed }, respond: { body: fixed } }, { id: rest, cache: off, to: web }]
`,
  );
  served = await service.serveWith({ HEADGATE_ADMIN_TOKEN: SECRET }, "--processes", "2", "--admin-port", "0");
  admin = (await served.command.line(/^admin API on /)).replace(/.* on (\S+?)[;,]?( .*)?$/, "$1");
}, 60_000);

const headgate = (...words: string[]) =>
  runHeadgate(import.meta.dirname, words, { HEADGATE_EDGE: admin, HEADGATE_TOKEN: SECRET });

/** On a connection of its own, so that both processes get some. */
async function ask(path = "/") {
  const answer = await request(served.url + path, { reset: true });
  return { status: answer.statusCode, text: await answer.body.text() };
}

/** Asks over and over while `work` is done and until 30 answers in a row have this status. Tells when the last other one came. */
async function lastOther(status: number, work: () => Promise<unknown>): Promise<number> {
  let lastAt = Date.now();
  let inRow = 0;
  const done = work();
  for (let count = 0; count < 5_000 && inRow < 30; count++) {
    const answer = await ask();
    inRow = answer.status === status ? inRow + 1 : 0;
    if (inRow === 0) lastAt = Date.now();
  }
  await done;
  return lastAt;
}

describe("headgate switch", () => {
  it("kills a site within seconds, everywhere, and brings it back", async () => {
    expect((await ask()).status).toBe(200);
    const version = served.ready;
    for (const [state, status] of [
      ["on", 503],
      ["off", 200],
    ] as const) {
      let toldAt = 0;
      const lastAt = await lastOther(status, async () => {
        toldAt = Date.now(); // before the command starts
        const ran = await headgate("switch", "kill", state);
        expect([ran.code, ran.err]).toEqual([0, ""]);
        expect(ran.out).toMatch(new RegExp(`^kill of \\* is ${state} \\(revision \\d+\\)\n$`));
      });
      expect(lastAt - toldAt).toBeLessThan(WITHIN_MS);
      expect((await ask("/fixed")).status).toBe(status);
    }
    expect(served.ready).toBe(version);
  }, 60_000);

  it("closes a site for maintenance, with its own page", async () => {
    const ran = await headgate("switch", "maintenance", "on", "--retry-after", "20m", "--json");
    expect(JSON.parse(ran.out)).toMatchObject({ ok: true, site: "*", switch: "maintenance", on: true });
    // Eight at once may all have reached the same process.
    let closedRounds = 0;
    await until("both processes have closed it", async () => {
      const statuses = await Promise.all(Array.from({ length: 24 }, () => ask()));
      closedRounds = statuses.every(({ status }) => status === 503) ? closedRounds + 1 : 0;
      return closedRounds === 3;
    });
    const asked = origin.seen.length;
    const closed = await request(served.url);
    expect([closed.headers["retry-after"], await closed.body.text()]).toEqual(["1200", "<h1>Soon</h1>"]);
    expect(await ask("/fixed")).toEqual({ status: 200, text: "fixed" });
    expect(origin.seen).toHaveLength(asked);
    expect((await headgate("switch", "maintenance", "off")).code).toBe(0);
    await until("it is open", async () => (await ask()).status === 200);
  }, 60_000);

  it("says what is wrong with its arguments", async () => {
    for (const [words, message] of [
      [["kill", "maybe"], "Allowed choices are on, off"],
      [["power", "on"], "Allowed choices are maintenance, cacheOff, kill"],
      [["kill", "on", "--retry-after", "5m"], "--retry-after belongs to `maintenance on`"],
      [["maintenance", "on", "--retry-after", "soon"], "soon is not a duration from 1s to 7d"],
      [["maintenance", "on", "--retry-after", "8d"], "8d is not a duration"],
    ] as const) {
      const ran = await headgate("switch", ...words);
      expect([ran.code, ran.err]).toEqual([2, expect.stringContaining(message)]);
    }
    const unknown = await headgate("switch", "kill", "on", "--site", "nobody.test");
    expect(unknown.code).toBe(1);
  }, 60_000);
});
