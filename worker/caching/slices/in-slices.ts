// Fetches a large file in slices of fixed size, so that a range needs only its own slices, and a broken transfer resumes where
// it ended. The origin is asked for the first slice that the request needs, or to validate the stored manifest.
import type { OriginAsk } from "../../message.ts";
import type { ResponseEntry } from "../entry.ts";
import type { Form, LookedUp } from "../flow/form.ts";
import { passOn } from "../flow/pass-on.ts";
import { WHOLE } from "../flow/whole.ts";
import { withRange } from "../law/origin-ask.ts";
import {
  asksForOneStretch,
  firstSliceFor,
  manifested,
  mayNotBeStored,
  sliceBytesOf,
  spanOf,
} from "../law/slices.ts";
import { validatingFields } from "../law/validators.ts";
import { heldIn } from "../stockroom.ts";
import { learnFrom, notInSlices } from "./learn-file.ts";

/** The form in which a request that the store cannot answer is fetched. */
export function formFor(lookedUp: LookedUp): Form {
  const { asked, ask } = lookedUp.demand;
  const form = formOf(lookedUp);
  if (form === WHOLE || asked.method !== "GET" || !asksForOneStretch(asked)) return WHOLE;
  return mayNotBeStored(ask()) ? WHOLE : form;
}

/**
 * The form in which the file itself is stored. A stored part does not count as the whole: it may be from before the route
 * used slices, or from a request for several ranges.
 */
export function formOf({ plan, found }: Omit<LookedUp, "demand">): Form {
  const sliceBytes = sliceBytesOf(plan.rules);
  const holdsTheWhole = found.kind === "response" && !found.stored.entry.part;
  return sliceBytes === undefined || holdsTheWhole ? WHOLE : inSlices(sliceBytes);
}

const inSlices = (sliceBytes: number): Form => ({
  mark: "#slices",
  instead: WHOLE,
  isCollapsible: () => true, // the first slice tells every request what the file is
  askFor(lookedUp) {
    const manifest = manifestIn(lookedUp);
    if (!manifest) return { kind: "plain", ask: sliceAsk(lookedUp, sliceBytes, []) };
    return { kind: "validate", ask: sliceAsk(lookedUp, sliceBytes, validatingFields(manifest)) };
  },
  askAnew: (lookedUp) => sliceAsk(lookedUp, sliceBytes, []),
  accept(reply, fetched, ports) {
    const index = firstIndex(fetched, sliceBytes);
    if (reply.status === 206) return learnFrom(reply, { fetched, sliceBytes, index }, ports);
    const isEmpty = reply.status === 416 && !fetched.demand.asked.headers.has("range");
    return isEmpty ? notInSlices(fetched, reply, ports) : passOn(reply, fetched, ports);
  },
});

type Condition = readonly [name: string, value: string];

const manifestIn = ({ found }: LookedUp): ResponseEntry | undefined => {
  const entry = heldIn(found)?.entry;
  return entry && manifested(entry) ? entry : undefined;
};

function sliceAsk(lookedUp: LookedUp, sliceBytes: number, conditions: readonly Condition[]): OriginAsk {
  const { ask } = lookedUp.demand;
  return withRange(ask(), spanOf(firstIndex(lookedUp, sliceBytes), sliceBytes), conditions);
}

const firstIndex = (lookedUp: LookedUp, sliceBytes: number): number =>
  firstSliceFor(lookedUp.demand.asked, sliceBytes, manifestIn(lookedUp)?.part?.complete);
