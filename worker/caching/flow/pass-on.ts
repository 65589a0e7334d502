// Passes the origin's response on to the client, and stores it on the way if that is allowed.
import { ok } from "../../../shared/result.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Reply } from "../../message.ts";
import { type Answer, answeringOf } from "../demand.ts";
import type { ResponseEntry } from "../entry.ts";
import { tellClient } from "../law/for-client.ts";
import { sentOtherwise } from "../law/origin-ask.ts";
import { storedReply } from "../law/stored-reply.ts";
import { doubtIn, heldIn } from "../stockroom.ts";
import type { OriginAnswer } from "./ask-origin.ts";
import type { Fetched } from "./form.ts";
import { type Passing, storeReply } from "./store-reply.ts";

export function passOn(original: Reply, fetched: Fetched & Pick<Passing, "begin">, ports: Ports): Answer {
  const { plan, found, answer, fwd } = fetched;
  const passing = { ...fetched, key: plan.key, rules: plan.rules, held: heldIn(found) };
  const { reply, kept, entry } = storeReply(original, passing, ports);
  const cache = { kind: "forward", fwd, ...statusOf(answer), ...doubtIn(found), ...kept } as const;
  return {
    result: ok(entry ? asClientAsked(reply, entry, fetched, ports) : reply),
    sending: answer.sending,
    cache,
  };
}

/** If the request to the origin had our conditions, the client's own conditions are evaluated against the response. */
function asClientAsked(reply: Reply, entry: ResponseEntry, { demand, plan }: Fetched, ports: Ports): Reply {
  if (reply.status !== 200 || !sentOtherwise(demand.ask(), demand.asked)) return reply;
  const answering = answeringOf(demand, ports.now());
  const answered = storedReply({ entry, body: reply.body }, answering);
  if (!answered || answered.status === 200) return reply;
  letGo(reply.body, ports, answered.body);
  tellClient(answered, plan.rules, true);
  return answered;
}

export const statusOf = ({ result }: OriginAnswer): { fwdStatus?: number } =>
  result.ok ? { fwdStatus: result.value.status } : {};
