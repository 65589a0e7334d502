// Is a bypass of the maintenance mode complete? A field that may hold anything would let everybody in, or nobody.
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function maintenanceFaults({ maintenance }: Site): Problem[] {
  const bypass = maintenance?.bypass;
  if (!bypass) return [];
  const keys = ["maintenance", "bypass"];
  const { ip, header, cookie, token } = bypass;
  const holdsToken = header !== undefined || cookie !== undefined;
  if (holdsToken && token === undefined)
    return [
      problemAt(keys, "needs a `token` that the header or the cookie has to hold; write ${secret:NAME}"),
    ];
  if (!holdsToken && token !== undefined)
    return [
      problemAt([...keys, "token"], "is held by nothing; name a `header` or a `cookie`", { atKey: true }),
    ];
  return holdsToken || ip
    ? []
    : [problemAt(keys, "lets nobody in; name `ip`, or a `header` or `cookie` with a `token`")];
}
