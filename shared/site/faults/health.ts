// Can the probes of a pool do what they are to do?
import { MAX_PROBED_ORIGINS } from "../health-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";
import { formatDuration } from "../units.ts";

export function healthFaults({ pools }: Site): Problem[] {
  let probed = 0;
  return Object.entries(pools).flatMap(([id, { health, origins }]): Problem[] => {
    if (!health) return [];
    const keys = ["pools", id, "health"];
    const { method, every, everyWhenGood, everyInDoubt, expect } = health;
    const before = probed;
    probed += origins.filter(({ state }) => state !== "off").length;
    return [
      ...(everyWhenGood !== undefined && everyWhenGood < every
        ? [
            problemAt(
              [...keys, "everyWhenGood"],
              `is shorter than \`every\` (${formatDuration(every)}); a good origin needs fewer probes, not more`,
            ),
          ]
        : []),
      ...(everyInDoubt !== undefined && everyInDoubt > every
        ? [
            problemAt(
              [...keys, "everyInDoubt"],
              `is longer than \`every\` (${formatDuration(every)}); a doubt should be settled sooner, not later`,
            ),
          ]
        : []),
      ...(method === "HEAD" && expect.body !== undefined
        ? [
            problemAt(
              [...keys, "expect", "body"],
              "never comes: an answer to HEAD has no body; write `method: GET`",
            ),
          ]
        : []),
      ...(before <= MAX_PROBED_ORIGINS && probed > MAX_PROBED_ORIGINS
        ? [
            problemAt(
              keys,
              `probes more than ${MAX_PROBED_ORIGINS} origins, with the pools before it; probe fewer, or divide the site`,
            ),
          ]
        : []),
    ];
  });
}
