// Has the browser passed the challenge? If not, it gets a page with the task. Flow.
import { isSame } from "../../../shared/is-same.ts";
import { sealOf } from "../../balancing/pin.ts";
import { cookieName, valuesOf } from "../../balancing/sticky-cookie.ts";
import type { Ports } from "../../isolate.ts";
import type { Asked } from "../../message.ts";
import { inOneLine } from "../../routing/cookies.ts";
import { type Ending, type Finding, PASS } from "../admission.ts";
import { CHALLENGE_COOKIE, type Challenge } from "./challenge.ts";
import { challengePage, mayShowPage } from "./challenge-page.ts";
import { mayProve, readProof, sealedText, type Task, writeTask, zeroBits } from "./proof.ts";

type ChallengePorts = Pick<Ports, "now" | "digest" | "sealing" | "newId">;

const REFUSED = { kind: "refused", refusal: { reason: "challenge-required" } } as const satisfies Ending;
const NO_SECRET: Ending = { kind: "refused", refusal: { reason: "challenge-unavailable" } };

export async function askChallenge(
  challenge: Challenge,
  asked: Asked,
  ports: ChallengePorts,
): Promise<Finding> {
  if (!challenge.concerns(asked)) return PASS;
  const field = asked.headers.get("cookie");
  const cookie = cookieName({ cookie: CHALLENGE_COOKIE }, asked.scheme);
  for (const value of field === null ? [] : valuesOf(inOneLine(field), cookie)) {
    if (await hasPassed(value, challenge, asked, ports)) return PASS;
  }
  const issuedSeconds = Math.floor(ports.now() / 1_000);
  const task = { issuedSeconds, bits: challenge.bits };
  const seal = await sealFor(task, challenge, asked, ports);
  if (seal === undefined) return NO_SECRET;
  if (!mayShowPage(asked)) return REFUSED;
  const page = {
    task: writeTask({ ...task, seal }),
    bits: challenge.bits,
    cookie,
    maxAgeSeconds: Math.floor(challenge.ttlMs / 1_000),
    isSecure: asked.scheme === "https",
  };
  return { ...REFUSED, reply: challengePage(page, ports.newId()) };
}

async function hasPassed(
  value: string,
  challenge: Challenge,
  asked: Asked,
  ports: ChallengePorts,
): Promise<boolean> {
  const proof = readProof(value);
  if (!proof || !mayProve(proof, challenge, ports.now())) return false;
  const seal = await sealFor(proof, challenge, asked, ports);
  if (seal === undefined || !isSame(seal, proof.seal)) return false;
  return zeroBits(await ports.digest(new TextEncoder().encode(proof.text))) >= proof.bits;
}

async function sealFor(
  task: Omit<Task, "seal">,
  { realm }: Challenge,
  { client }: Asked,
  { sealing }: ChallengePorts,
): Promise<string | undefined> {
  const mac = await sealing.mac("challenge", sealedText(realm, client.ip, task));
  return mac === undefined ? undefined : sealOf(mac);
}
