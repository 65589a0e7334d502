// Has the browser passed the challenge? If not, it gets a page with the task. Flow.
import { isSame } from "../../../shared/is-same.ts";
import { sealOf } from "../../balancing/pin.ts";
import { mayShowPage } from "../../delivery/wants-page.ts";
import type { Ports } from "../../isolate.ts";
import type { Asked } from "../../message.ts";
import { inOneLine } from "../../routing/cookies.ts";
import { cookieName, setCookie, valuesOf } from "../../routing/own-cookies.ts";
import { type Ending, type Finding, PASS, type Pass, type ReplyField } from "../admission.ts";
import { CHALLENGE_COOKIE, type Challenge, TOKEN_COOKIE, type Widget } from "../challenge/challenge.ts";
import { challengePage } from "../challenge/challenge-page.ts";
import { isToken, judgementOf, tokenQuestion } from "../challenge/judge-token.ts";
import {
  mayProve,
  passText,
  readProof,
  sealedText,
  type Task,
  writeTask,
  zeroBits,
} from "../challenge/proof.ts";

type ChallengePorts = Pick<Ports, "now" | "digest" | "sealing" | "newId" | "secrets" | "proving" | "log">;

const REFUSED = {
  kind: "refused",
  refusal: { reason: "challenge-required" },
} as const satisfies Ending;
const UNAVAILABLE: Ending = { kind: "refused", refusal: { reason: "challenge-unavailable" } };

export async function askChallenge(
  challenge: Challenge,
  asked: Asked,
  ports: ChallengePorts,
): Promise<Finding> {
  if (!challenge.concerns(asked)) return PASS;
  for (const value of cookiesOf(asked, CHALLENGE_COOKIE))
    if (await hasPassed(value, challenge, asked, ports)) return PASS;
  const task = { issuedSeconds: Math.floor(ports.now() / 1_000), bits: challenge.bits };
  const seal = await sealFor(task, challenge, asked, ports);
  if (seal === undefined) return UNAVAILABLE;
  const sealed = writeTask({ ...task, seal });
  const { widget } = challenge;
  if (!widget) return mayShowPage(asked) ? withPage(challenge, asked, ports, sealed) : REFUSED;

  const [token] = cookiesOf(asked, TOKEN_COOKIE).filter(isToken);
  if (token === undefined) return mayShowPage(asked) ? withPage(challenge, asked, ports) : REFUSED;
  const isGood = await judged(token, widget, challenge, asked, ports);
  if (isGood === undefined) return UNAVAILABLE;
  if (isGood) return passed(challenge, asked, passText(sealed));
  const refused = mayShowPage(asked) ? withPage(challenge, asked, ports) : REFUSED;
  return { ...refused, fields: [spent(asked)] };
}

function withPage(challenge: Challenge, asked: Asked, { newId }: ChallengePorts, task = "") {
  const { bits, widget, ttlMs } = challenge;
  const page = {
    task,
    bits,
    siteKey: widget?.siteKey ?? null,
    cookie: cookieName({ cookie: widget ? TOKEN_COOKIE : CHALLENGE_COOKIE }, asked.scheme),
    maxAgeSeconds: widget ? 60 : Math.floor(ttlMs / 1_000),
    isSecure: asked.scheme === "https",
  };
  return { ...REFUSED, reply: challengePage(page, newId()) };
}

/** Undefined if nobody has judged it, which the log says. */
async function judged(
  token: string,
  widget: Widget,
  { site }: Challenge,
  { client: { ip } }: Asked,
  { secrets, proving, log }: ChallengePorts,
): Promise<boolean | undefined> {
  const secret = secrets(site, widget.secret, "key");
  if (secret === undefined) return undefined;
  const judgement = judgementOf(await proving.ask(tokenQuestion(widget, { secret, token, ip })));
  if ("isGood" in judgement) return judgement.isGood;
  log.warn("the tokens of a challenge cannot be verified", { site, because: judgement.because });
  return undefined;
}

/** A token is good once: from now on the edge's own cookie stands for it. */
const passed = ({ ttlMs }: Challenge, asked: Asked, value: string): Pass => ({
  kind: "pass",
  replyFields: [["set-cookie", cookieLine(CHALLENGE_COOKIE, ttlMs, asked, value)], spent(asked)],
});

const spent = (asked: Asked): ReplyField => ["set-cookie", cookieLine(TOKEN_COOKIE, 0, asked, "")];

const cookieLine = (cookie: string, ttlMs: number, { scheme }: Asked, value: string): string =>
  setCookie({ cookie, ttlMs, sameSite: "Lax" }, scheme, value);

function cookiesOf({ headers, scheme }: Asked, cookie: string): readonly string[] {
  const field = headers.get("cookie");
  return field === null ? [] : valuesOf(inOneLine(field), cookieName({ cookie }, scheme));
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
