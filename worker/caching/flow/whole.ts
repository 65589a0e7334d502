// Fetches a file as a whole: the usual form. A stored response is validated, and a stored beginning is completed.
import { letGo } from "../../bodies/let-go.ts";
import { isCollapsible } from "../law/collapsible.ts";
import { completed } from "../law/combine.ts";
import { askFor, unconditional } from "../law/origin-ask.ts";
import { heldIn } from "../stockroom.ts";
import type { Form } from "./form.ts";
import { passOn } from "./pass-on.ts";
import { updateByHead } from "./update-stored.ts";

export const WHOLE: Form = {
  mark: "",
  instead: undefined,
  isCollapsible,
  askFor: ({ demand, found }, now) => askFor(demand.ask(), demand.asked, heldIn(found)?.entry, now),
  askAnew: ({ demand }) => unconditional(demand.ask()),
  accept(reply, fetched, ports) {
    const { askedTo, demand, plan, found, answer, asOf } = fetched;
    const held = heldIn(found);
    if (held && askedTo === "complete" && (reply.status === 206 || reply.status === 416)) {
      const whole = reply.status === 206 ? completed(held, reply) : undefined;
      if (whole) return passOn(whole, { ...fetched, fwd: "partial", begin: held.entry }, ports);
      letGo(reply.body, ports);
      return "ask-anew";
    }
    if (demand.asked.method === "HEAD" && found.kind === "response" && reply.status === 200) {
      const update = { found, plan, demand, notModified: reply.headers, answer, asOf };
      return updateByHead(update, ports).then(() => passOn(reply, fetched, ports));
    }
    return passOn(reply, fetched, ports);
  },
};
