// A cold isolate answers its first request soon, for any number of routes. It must read and compile its site first. The
// answer comes from the origin. A site that was put by hand is checked as well.
import type { Bench } from "../bench.ts";
import type { Claim } from "../claim.ts";
import { type Deployment, onWorkerd } from "../edges/on-workerd.ts";
import { oneRequest } from "../load/one-request.ts";
import { fileAt, PASSED } from "../origin.ts";
import { allPushed } from "../pushed.ts";
import type { Row } from "../result.ts";
import { HOST, manyRoutes, oneSite } from "../sites.ts";
import { spreadOf } from "../spread.ts";

const TITLE = "First answer of a cold isolate";

const TIMES_PER_ROUND = 3;

const DEPLOYMENTS: Readonly<Record<string, (originUrl: string) => Deployment | Promise<Deployment>>> = {
  "10,000 routes": (originUrl) => pushed(putByHand(originUrl, 10_000)),
  "1,000 routes": (originUrl) => pushed(putByHand(originUrl, 1_000)),
  "one route": (originUrl) => pushed(putByHand(originUrl, 1)),
  "10,000 routes, put by hand": (originUrl) => putByHand(originUrl, 10_000),
  "one route, put by hand": (originUrl) => putByHand(originUrl, 1),
  "bare fetch": () => ({ worker: "bare-fetch" }),
};

const putByHand = (originUrl: string, routes: number): Deployment => ({
  worker: "headgate",
  sites: oneSite(originUrl, { routes: manyRoutes(routes) }),
});

const pushed = async (deployment: Deployment): Promise<Deployment> => ({
  ...deployment,
  sites: await allPushed(deployment.sites ?? {}),
});

export const firstAnswer: Claim = {
  name: "first-answer",
  title: TITLE,
  run: async (bench) => {
    const times = new Map(Object.keys(DEPLOYMENTS).map((name) => [name, [] as number[]]));
    for (let time = 1; time <= bench.rounds * TIMES_PER_ROUND; time++) {
      for (const [name, deployment] of Object.entries(DEPLOYMENTS)) {
        bench.progress(`${name}, ${time} of ${bench.rounds * TIMES_PER_ROUND}`);
        times.get(name)?.push(await firstAnswerMs(await deployment(bench.origin.url), bench));
      }
    }
    const rows = [...times].map(([name, ms]): Row => ({ name, unit: "ms", value: spreadOf(ms) }));
    return { name: "first-answer", title: TITLE, contenders: [], rows, skipped: [] };
  },
};

async function firstAnswerMs(deployment: Deployment, bench: Bench): Promise<number> {
  const edge = await onWorkerd(deployment, bench);
  try {
    const answer = await oneRequest(`${edge.url}${fileAt(PASSED, "10k")}`, { host: HOST });
    if (answer.status !== 200) throw new Error(`the first answer is ${answer.status}`);
    return answer.ms;
  } finally {
    await edge.stop();
  }
}
