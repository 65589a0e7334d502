// The probes of keepers in the state process of `headgate serve`: a workerd of its own, with alarms and the network. Each test has a
// site of its own. That a status in no list fails, that a redirect is not followed, that the time-out covers the body and that the
// body may be compared is what HAProxy (`http-check expect`), Envoy (`expected_statuses`) and Traefik (`followRedirects: false`) do.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OriginSeen } from "../../worker/keeping/origins-seen.ts";
import type { Probe } from "../../worker/keeping/probe.ts";
import type { Keepers } from "../../worker/ports.ts";
import { valueIn } from "../contract/keepers.contract.ts";
import { until } from "../support/service.ts";
import { keepersOverSocket, State } from "../support/state.ts";
import { aProbe } from "../unit/keeping/a-probe.ts";

/** What an origin answers, by path; and what was asked. */
const asked: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
const statuses = new Map<string, number>();
let openBodies = 0;
const origin = http.createServer(async (ask, answer) => {
  let body = "";
  for await (const piece of ask) body += piece;
  const url = ask.url ?? "";
  asked.push({ method: ask.method ?? "", url, headers: ask.headers, body });
  switch (url) {
    case "/redirect":
      return answer.writeHead(302, { location: "/elsewhere" }).end();
    case "/silent":
      return;
    case "/endless": {
      openBodies++;
      answer.on("close", () => openBodies--);
      return answer.write("ok");
    }
    case "/large":
      return answer.end(`ok${"x".repeat(1_000_000)}`);
    case "/cut":
      answer.writeHead(200, { "content-length": 100 });
      return answer.write("ok", () => answer.destroy());
    default:
      return answer.writeHead(statuses.get(url) ?? 200).end("all is ok here");
  }
});
const port = () => (origin.address() as AddressInfo).port;
const at = (path: string, parts: Partial<Probe> = {}): Probe =>
  aProbe({
    url: `http://127.0.0.1:${port()}${path}`,
    everyMs: 1_000,
    everyWhenGoodMs: 1_000,
    timeoutMs: 500,
    fall: 1,
    rise: 1,
    ...parts,
  });

let state: State;
let keepers: Keepers;
beforeAll(async () => {
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  state = await State.start();
  keepers = keepersOverSocket(state.socket);
});
afterAll(async () => {
  await state.stop();
  origin.closeAllConnections();
  origin.close();
});

const report = (site: string, ...probes: Probe[]) =>
  keepers.report(site, { isolate: "i", place: "FRA", revision: 0, plans: [{ version: "v1", probes }] });

/** The origin as the keeper sees it, once that holds. */
async function seenOnce(
  site: string,
  what: string,
  holds: (seen: OriginSeen) => boolean,
): Promise<OriginSeen> {
  let found: OriginSeen | undefined;
  await until(`the origin ${what}`, async () => {
    const tally = await keepers.tally(site, 10_000);
    found = tally.ok ? tally.value.origins.find(holds) : undefined;
    return found !== undefined;
  });
  return found as OriginSeen;
}

describe("a probe", () => {
  const failures: [what: string, path: string, parts: Partial<Probe>, because: string][] = [
    ["a status in no list", "/503", {}, "503"],
    ["a redirect, which is not followed", "/redirect", {}, "302"],
    ["no answer in time", "/silent", {}, "timeout"],
    ["a body that never ends", "/endless", {}, "timeout"],
    ["a body that breaks off", "/cut", {}, "connect"],
    ["another body than expected", "/fine", { body: "*perfect*" }, "body"],
    ["nobody who listens", "/", { url: "http://127.0.0.1:1/" }, "connect"],
  ];

  it.each(failures)("fails for %s", async (_what, path, parts, because) => {
    statuses.set("/503", 503);
    const site = `fails.${path.slice(1)}.${because}.test`;
    await report(site, at(path, parts));
    expect((await seenOnce(site, "is down", ({ down }) => down !== null)).down?.because).toBe(because);
    expect(valueIn(await keepers.read(site)).origins.get("web/fra")?.down?.because).toBe(because);
    const logged = () =>
      state.log.filter((line) => line.includes(`"${site}"`)).map((line) => JSON.parse(line));
    await until("the log names it", () => logged().length > 0);
    const about = { level: "warn", message: "an origin is down", site, pool: "web", origin: "fra", because };
    expect(logged()).toEqual([expect.objectContaining(about)]);
  });

  it("asks where a redirect leads under no circumstances, and closes a body that does not end", async () => {
    expect(asked.map(({ url }) => url)).not.toContain("/elsewhere");
    await until("the bodies are closed", () => openBodies <= 1); // one probe may be on its way
  });

  const passes: [what: string, path: string, parts: Partial<Probe>][] = [
    ["the expected body", "/fine", { body: "*ok*" }],
    ["a class of statuses", "/204", { statuses: ["2xx"] }],
    ["a large body, of which only the beginning is read", "/large", { body: "ok*" }],
    ["HEAD", "/fine", { method: "HEAD" }],
  ];

  it.each(passes)("passes for %s", async (_what, path, parts) => {
    statuses.set("/204", 204);
    const site = `passes.${path.slice(1)}.${parts.method ?? ""}.${parts.body?.length ?? 0}.test`;
    await report(site, at(path, parts));
    const seen = await seenOnce(site, "is probed", ({ probes }) => (probes?.passed ?? 0) > 0);
    expect(seen).toMatchObject({
      pool: "web",
      origin: "fra",
      down: null,
      drained: false,
      probes: { failed: 0 },
    });
  });

  it("has the fields that the site asks for, and no others of a client", async () => {
    await report(
      "fields.test",
      at("/fields?deep=1", {
        headers: [
          ["x-probe", "yes"],
          ["user-agent", "mine"],
        ],
      }),
    );
    await until("it came", () => asked.some(({ url }) => url === "/fields?deep=1"));
    const { headers, method } = asked.find(({ url }) => url === "/fields?deep=1") ?? {};
    expect(method).toBe("GET");
    expect(headers).toMatchObject({ "x-probe": "yes", "user-agent": "mine", host: `127.0.0.1:${port()}` });
  });
});

// An interval is never longer than the site says: an origin that hangs must not hide from the keeper that another one has died.
it("a probe that hangs holds up no other", async () => {
  const site = "hangs.test";
  const hanging = at("/silent", { name: "slow/fra", timeoutMs: 30_000 });
  await report(site, hanging, at("/beside"));
  const times = () => asked.filter(({ url }) => url === "/beside").length;
  await until("the other one was asked again and again", () => times() >= 4);
  statuses.set("/beside", 503);
  expect((await seenOnce(site, "is down", ({ down }) => down !== null)).pool).toBe("web");
  expect(valueIn(await keepers.tally(site, 10_000)).origins[0]).toMatchObject({
    pool: "slow",
    probes: { last: null },
  });
});

describe("an origin that dies", () => {
  const site = "dies.test";
  const probe = () => at("/alive", { fall: 2, rise: 2 });
  const probesOf = () => asked.filter(({ url }) => url === "/alive").length;

  it("is down within `fall` intervals, for every isolate with the next snapshot", async () => {
    await report(site, probe());
    await until("it was probed", () => probesOf() >= 2);
    statuses.set("/alive", 500);
    const diedAt = Date.now();
    const { down } = await seenOnce(site, "is down", (seen) => seen.down !== null);
    expect((down?.since ?? 0) - diedAt).toBeLessThan(2_000 + 500); // the last good probe may just have ended
    expect(valueIn(await keepers.read(site)).origins).toEqual(new Map([["web/fra", { down }]]));
  });

  it("is still down for a state process that was killed, which goes on probing by itself", async () => {
    const { down } = await seenOnce(site, "is down", (seen) => seen.down !== null);
    await state.kill();
    const before = probesOf();
    await until("it is probed again", () => probesOf() > before);
    expect((await seenOnce(site, "is known", () => true)).down).toEqual(down);
  });

  it("is good again after `rise` good probes", async () => {
    statuses.delete("/alive");
    const before = probesOf();
    await seenOnce(site, "is good", (seen) => seen.down === null);
    expect(probesOf() - before).toBeGreaterThanOrEqual(2);
    expect(valueIn(await keepers.read(site)).origins).toEqual(
      new Map([["web/fra", { backSince: expect.any(Number) }]]),
    );
  });

  it("is asked by one place, however many isolates report it", async () => {
    const before = probesOf();
    const since = Date.now();
    for (let isolate = 0; isolate < 20; isolate++) await report(site, probe());
    await until("it was probed a few times", () => probesOf() >= before + 3);
    // The first may come at once; each of the other two not before four fifths of its interval.
    expect(Date.now() - since).toBeGreaterThan(2 * 800);
  });
});

describe("a webhook", () => {
  it("is told when an origin goes down and when it is good again, is not led elsewhere, and holds nothing up", async () => {
    const site = "told.test";
    const probe = at("/told", { webhook: `http://127.0.0.1:${port()}/hook`, name: "api/b" });
    statuses.set("/told", 503);
    await report(site, probe, at("/told", { webhook: `http://127.0.0.1:${port()}/silent`, name: "api/a" }));
    const posts = () => asked.filter(({ url }) => url === "/hook");
    await until("it is told", () => posts().length === 1);
    statuses.delete("/told");
    await until("it is told again", () => posts().length === 2);
    const [down, good] = posts().map(({ body }) => JSON.parse(body));
    const about = {
      event: "origin-standing",
      site,
      pool: "api",
      origin: "b",
      because: "503",
      at: expect.any(String),
    };
    expect(down).toEqual({ ...about, standing: "down" });
    expect(good).toEqual({ ...about, standing: "good", afterMs: expect.any(Number) });
    expect(posts()[0]).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
    expect(posts()[0]?.headers).not.toHaveProperty("authorization");
    expect(down.at).toBe(new Date(down.at).toISOString());
  });
});
