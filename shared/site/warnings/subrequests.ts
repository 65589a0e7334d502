// May one request of a route need more attempts than the platform starts? Cloudflare's free plan has 50 subrequests for a request. Then
// the last pools are never asked. The slices of a file come on top; how many there are, the site does not say.
import { poolsNamed } from "../pools-named.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

const FREE_SUBREQUESTS = 50;

export function tooManyAttempts({ pools, routes }: Site): Problem[] {
  const attemptsOf = (id: string | undefined) => (id === undefined ? 0 : (pools[id]?.retry.attempts ?? 0));
  return routes.flatMap(({ to, mirror }, index) => {
    const named = poolsNamed(to);
    const sorry = named.map((id) => pools[id]?.sorry).find((one) => one !== undefined);
    const instead = typeof sorry === "string" ? sorry : sorry && "pool" in sorry ? sorry.pool : undefined;
    const most = [...named, instead].reduce((sum, id) => sum + attemptsOf(id), mirror ? 1 : 0);
    if (most <= FREE_SUBREQUESTS) return [];
    const message = `a request may need ${most} attempts, and Cloudflare's free plan starts ${FREE_SUBREQUESTS} at most; lower \`retry.attempts\``;
    return [
      { ...problemAt(["routes", index, "to"], message, { atKey: true }), onlyOn: "cloudflare" as const },
    ];
  });
}
