// A smoke test: is the edge there, does it have the site, and then everything else at once. Each check asks what it needs, and a
// judge says what the answers mean.
import { Asker } from "./ask.ts";
import { type Checked, type Finding, failed, notHere, type Place } from "./finding.ts";
import { judgeCache, judgeZoneCache } from "./judge-caches.ts";
import { FORGED_ADDRESS, judgeAddress, judgeCountry, judgeForgery, judgeScheme } from "./judge-client.ts";
import { judgeEarlyHints, judgeHttp2, judgeWebSocket } from "./judge-connections.ts";
import { judgeHealth, placeOf } from "./judge-edge.ts";
import { judgeCompressed, judgeDeadOrigin } from "./judge-origins.ts";
import { lookLater, ownAddress, siteSeen, twiceAtOrigin, twiceUncached } from "./look.ts";
import { PREFIX, type SmokeTest } from "./smoke-site.ts";

export async function runSmoke(test: SmokeTest, tell: (checked: Checked) => void): Promise<Checked[]> {
  const all: Checked[] = [];
  const report = (name: string, finding: Finding): boolean => {
    all.push({ name, finding });
    tell({ name, finding });
    return finding.verdict === "ok";
  };
  let reached: { readonly asker: Asker; readonly place: Place } | undefined;
  const edge = await found(async () => {
    const asker = await Asker.to(test.url);
    const health = await asker.get("/.headgate/health");
    const place = placeOf(test.url, health);
    reached = { asker, place };
    return judgeHealth(health, place);
  });
  if (!report("edge", edge) || !reached) return all;
  const { asker, place } = reached;
  if (!report("site", await found(() => siteSeen(asker, test.marker, test.waitMs)))) return all;

  // All at once: some of them wait.
  const started = checksOf(test, asker, place).map(([name, act]) => [name, found(act)] as const);
  for (const [name, finding] of started) report(name, await finding);
  return all;
}

type Check = readonly [name: string, act: () => Promise<Finding>];

function checksOf({ url, originUrl, hasWebSocket }: SmokeTest, asker: Asker, place: Place): Check[] {
  const facts = (headers: Record<string, string> = {}) => asker.get(`${PREFIX}/facts`, headers);
  const withOrigin = (act: (origin: URL) => Promise<Finding>) => async () =>
    originUrl ? act(originUrl) : notHere("the site has no origin: make it anew with --origin URL");
  return [
    ["client-address", async () => judgeAddress(await facts(), await ownAddress(asker, place))],
    ["forged-address", async () => judgeForgery(await facts(FORGED), await facts(FORGED_BY_PLATFORM), place)],
    ["country", async () => judgeCountry(await facts(), place)],
    ["scheme", async () => judgeScheme(await facts(), url.protocol.slice(0, -1))],
    ["cache", withOrigin(async () => judgeCache(...(await lookLater(asker)), url.hostname))],
    [
      "zone-cache",
      withOrigin(async (origin) => {
        const [direct] = (await twiceAtOrigin(origin)) ?? [];
        return judgeZoneCache(...(await twiceUncached(asker)), direct, place);
      }),
    ],
    [
      "compressed",
      withOrigin(async (origin) => {
        const direct = await twiceAtOrigin(origin);
        const coding = direct?.[0].headers["content-encoding"] ?? "identity";
        return judgeCompressed(await asker.get(`${PREFIX}/relayed`, { "accept-encoding": coding }), direct);
      }),
    ],
    ["dead-origin", async () => judgeDeadOrigin(await asker.get(`${PREFIX}/gone`))],
    [
      "websocket",
      async () =>
        hasWebSocket
          ? judgeWebSocket(await asker.webSocket(`${PREFIX}/websocket`))
          : notHere("the site has no route for it: make it anew with --websocket PATH"),
    ],
    ["http2", async () => judgeHttp2(await asker.protocol(), place)],
    ["early-hints", async () => judgeEarlyHints(await statusesOfHints(asker), place)],
  ];
}

const FORGED = {
  "x-forwarded-for": FORGED_ADDRESS,
  "x-real-ip": FORGED_ADDRESS,
  forwarded: `for=${FORGED_ADDRESS}`,
};
const FORGED_BY_PLATFORM = { "cf-connecting-ip": FORGED_ADDRESS };

/** The platform learns the links from a response, and sends them early from the next request on. */
async function statusesOfHints(asker: Asker): Promise<number[] | undefined> {
  if ((await asker.protocol()) !== "h2") return undefined;
  const first = await asker.statuses(`${PREFIX}/hints`);
  return [...first, ...(await asker.statuses(`${PREFIX}/hints`))];
}

async function found(act: () => Promise<Finding>): Promise<Finding> {
  try {
    return await act();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return failed(
      `no answer: ${code ?? message}`,
      "the request did not come through: a name that does not resolve, a closed port, a certificate that is not trusted, or an edge that hangs",
    );
  }
}
