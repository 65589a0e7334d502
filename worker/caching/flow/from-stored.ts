// The answer that a stored response gives to a request: from its own bytes, or from the slices of the file that it describes.
import { ok } from "../../../shared/result.ts";
import type { Soon } from "../../../shared/soon.ts";
import type { Ports } from "../../isolate.ts";
import { type Answer, answeringOf } from "../demand.ts";
import { tellClient } from "../law/for-client.ts";
import { storedReply } from "../law/stored-reply.ts";
import { answerInSlices, slicedFor } from "../slices/answer-slices.ts";
import type { Held } from "../stockroom.ts";
import type { NoAnswer, Using } from "./form.ts";

/** At once if memory holds the whole. The caller releases the stored body if it is not part of the answer. */
export function answerFromStored(held: Held, using: Using, ports: Ports): Soon<Answer | NoAnswer> {
  const { demand, plan, cache } = using;
  const sliced = slicedFor(held, using);
  if (sliced) return answerInSlices(sliced, using, ports);
  const reply = storedReply(held.stored, answeringOf(demand, ports.now()));
  if (!reply) return "unusable";
  tellClient(reply, plan.rules, true);
  return { result: ok(reply), cache };
}
