// Answers from a folder, through the cache like from any origin; where there is no file, through the pools of the route, or with a 404. Flow.
import { err } from "../../../shared/result.ts";
import { type Soon, whenHere } from "../../../shared/soon.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Answer, Demand } from "../../caching/demand.ts";
import { answerThroughCache } from "../../caching/flow/fetch-through.ts";
import { answerThroughPools } from "../../caching/flow/through-pools.ts";
import type { Ports } from "../../isolate.ts";
import type { OriginsTold } from "../../keeping/origins-told.ts";
import type { Reply } from "../../message.ts";
import { readsFiles } from "../reads-files.ts";

export function answerFromFiles(
  demand: Demand,
  otherwise: Demand["action"] | null,
  told: OriginsTold,
  ports: Ports,
): Soon<Answer> {
  const goOn = (action: Demand["action"]) => answerThroughPools({ ...demand, action }, told, ports);
  if (otherwise && !readsFiles(demand.asked.method)) return goOn(otherwise);
  return whenHere(answerThroughCache(demand, ports), (answer) => {
    const { result } = answer;
    if (!result.ok)
      return result.error.reason === "origin-unreachable"
        ? { ...answer, result: err({ reason: "files-unavailable" }) }
        : answer;
    if (!isNoFile(result.value)) return answer;
    letGo(result.value.body, ports);
    return otherwise ? goOn(otherwise) : { ...answer, result: err({ reason: "no-file" }) };
  });
}

/** A page for missing files, which the site names, has content. */
const isNoFile = ({ status, headers }: Reply): boolean =>
  status === 404 && headers.get("content-length") === "0";
