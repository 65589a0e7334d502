// Another server decides. Its consent may be kept for a time, for requests in which everything that it was sent is the same.
import type { Asked } from "../../message.ts";
import type { Way } from "../authentication/auth.ts";
import { forwardQuestion, proofOf } from "../authentication/forward-question.ts";
import { type Proof, UNAVAILABLE } from "../authentication/proof.ts";
import type { Question } from "../authentication/proving.ts";
import type { ProvingPorts } from "./proving-ports.ts";

type Forward = Extract<Way, { kind: "forward" }>;

export async function provenBySubrequest(way: Forward, asked: Asked, ports: ProvingPorts): Promise<Proof> {
  const { now, proving, remembered } = ports;
  const question = forwardQuestion(asked, way.asks);
  const { keep } = way.asks;
  if (keep === undefined) return answered(question, way, ports);
  const key = await proving.fingerprint(JSON.stringify(question.headers));
  const known = remembered.get(way, key, now());
  if (known) return known;
  const proof = await answered(question, way, ports);
  // A cookie that it sets is for one request. A refusal is not kept: the next request may come after the login.
  if (proof.kind === "proven" && !proof.setCookies?.length)
    remembered.keep(way, key, {
      value: proof,
      until: now() + keep,
      weight: JSON.stringify(proof.claims).length,
    });
  return proof;
}

async function answered(
  question: Question,
  { asks }: Forward,
  { proving, log, subrequests }: ProvingPorts,
): Promise<Proof> {
  subrequests?.take();
  const told = await proving.ask(question);
  const proof = told.ok ? proofOf(told.value, asks) : UNAVAILABLE;
  if (proof.kind === "unavailable") {
    const because = told.ok ? `the status is ${told.value.status}` : told.error;
    log.warn("the server that decides who gets in does not answer", { url: question.url, because });
  }
  return proof;
}
