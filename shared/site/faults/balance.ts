// Does a pool say what it hashes by if it hashes, and only then?
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function balanceFaults(site: Site): Problem[] {
  return Object.entries(site.pools).flatMap(([id, { balance, hash }]) => {
    const keys = ["pools", id];
    if (balance === "hash" && hash === undefined)
      return [
        problemAt([...keys, "balance"], "needs a key; write `hash: { by: uri }`, or ip, header:NAME, …"),
      ];
    if (balance !== undefined && balance !== "hash" && hash !== undefined)
      return [
        problemAt([...keys, "hash"], `has no effect with \`balance: ${balance}\`; leave \`balance\` out`, {
          atKey: true,
        }),
      ];
    return [];
  });
}
