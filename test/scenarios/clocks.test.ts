// The clock of an edge is off by a minute, one way or the other: against the machine that has signed a link, and against the isolate that
// has given a challenge or a session. The times are those of docs/authentication.md, "Clocks".
import { describe, expect, it } from "vitest";
import { signed } from "../../cli/signing/signing-wish.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { Browser, CLIENT, useOpenIdProvider } from "../support/openid-provider.ts";
import { useOrigin } from "../support/origin.ts";
import { solved } from "../support/solved.ts";

const SECRET = "the-root-secret-of-an-edge-in-a-test";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOSTS = Array.from({ length: 10 }, (_, at) => `clock-login-${at}.test`);

describe("a clock that is off by a minute", () => {
  const edge = useEdge({ HEADGATE_SECRET: SECRET, HEADGATE_SECRET_OIDC: CLIENT.secret });
  const origin = useOrigin(
    (_request, response) => void response.writeHead(200, { "cache-control": "no-store" }).end("in"),
    edge,
  );
  const provider = useOpenIdProvider(
    { ann: {} },
    HOSTS.map((host) => `http://${host}/oauth2/callback`),
  );
  let sites = 0;
  const siteWith = (parts: Partial<SiteFile>, host = `clock-${++sites}.test`): Promise<EdgeClient> =>
    edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
      ...parts,
    });

  /** What the edge answers when its clock shows the time of the other machine, and this much more or less. */
  const statusAt = async (ms: number, ask: () => Promise<{ status: number }>): Promise<number> => {
    await edge.stopClockAt(ms);
    return (await ask()).status;
  };

  it.each([
    ["right", 0],
    ["fast", MINUTE],
    ["slow", -MINUTE],
  ])("a signed link ends by the clock of the edge, to the second: %s", async (_what, off) => {
    const begun = Date.now();
    const client = await siteWith({ auth: { signed: {} } });
    const linkFor = (wish: object) => {
      const made = signed(
        `http://${client.host}/a/`,
        { header: [], for: "1h", ...wish },
        { env: { HEADGATE_SECRET: SECRET }, nowMs: begun },
      );
      if (!made.ok) throw new Error(made.error);
      return String(made.value[0]);
    };
    const { pathname, search } = new URL(linkFor({}));
    const cookie = linkFor({ prefix: true, cookie: true });
    for (const ask of [() => client.get(pathname + search), () => client.get("/a/b", { cookie })]) {
      // `passed`: on the clock of who has signed it.
      const askedAfter = (passed: number) => statusAt(begun + passed + off, ask);
      expect([
        await askedAfter(0),
        await askedAfter(HOUR - off - 2_000),
        await askedAfter(HOUR - off),
      ]).toEqual([200, 200, 401]);
    }
  });

  it("a challenge that was passed holds where the clock is a minute slow, and is asked again beyond that", async () => {
    const begun = Math.ceil(Date.now() / 1_000) * 1_000;
    await edge.stopClockAt(begun);
    const client = await siteWith({ challenge: { difficulty: 4, ttl: "1h" } });
    const cookie = solved(await client.get("/", { accept: "text/html", "sec-fetch-dest": "document" }));
    const ask = () => client.get("/", { cookie });
    const times: [at: number, status: number][] = [
      [begun - MINUTE - 1_000, 403],
      [begun - MINUTE, 200],
      [begun, 200],
      [begun + MINUTE, 200],
      [begun + HOUR - 1_000, 200],
      [begun + HOUR, 403],
    ];
    for (const [at, status] of times)
      expect([at - begun, await statusAt(at, ask)]).toEqual([at - begun, status]);
  });

  it.each([
    ["fast", MINUTE],
    ["slow", -MINUTE],
  ])("a login succeeds, and the session has its time by the clock of the edge: %s", async (_what, off) => {
    const host = HOSTS[sites++] ?? "";
    await edge.stopClockAt(Date.now() + off);
    await siteWith(
      {
        auth: {
          oidc: {
            issuer: provider.issuer,
            clientId: CLIENT.id,
            clientSecret: "${secret:OIDC}",
            session: { ttl: "1h" },
          },
        },
      },
      host,
    );
    const browser = new Browser(edge.url);
    expect((await browser.logIn(`http://${host}/`, "ann")).status).toBe(200);
    const begun = edge.now;
    const ask = () => browser.ask(`http://${host}/x`);
    // An isolate whose clock is a minute behind, or before, that of the one that has begun it.
    const statuses = [];
    for (const at of [begun - MINUTE, begun + MINUTE, begun + HOUR - MINUTE, begun + HOUR + 1_000])
      statuses.push(await statusAt(at, ask));
    expect(statuses).toEqual([200, 200, 200, 302]);
  });
});
