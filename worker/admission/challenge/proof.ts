// The task and its solution, as texts. A task is sealed by the edge's secret, so nothing has to be remembered of it:
//
//   1 (version) · issued, in seconds (8 hexadecimal digits) · bits (2) · seal (22, in base64url)
//
// The seal covers the site and the client's network as well. The solution is a number; the SHA-256 of task, dot and number begins with
// that many zero bits. Both together are the cookie by which a browser passes.
import { networkOf } from "../../routing/network-of.ts";
import type { Challenge } from "./challenge.ts";

export interface Task {
  readonly issuedSeconds: number;
  readonly bits: number;
  readonly seal: string;
}

export interface Proof extends Task {
  /** What is hashed. */
  readonly text: string;
}

const TEXT = /^1([0-9a-f]{8})([0-9a-f]{2})([\w-]{22})\.\d{1,15}$/;

/** Anything else is no proof, and costs nothing. */
export function readProof(text: string): Proof | undefined {
  const [, issued, bits, seal] = TEXT.exec(text) ?? [];
  if (issued === undefined || bits === undefined || seal === undefined) return undefined;
  return { issuedSeconds: Number.parseInt(issued, 16), bits: Number.parseInt(bits, 16), seal, text };
}

export const writeTask = ({ issuedSeconds, bits, seal }: Task): string =>
  `1${issuedSeconds.toString(16).padStart(8, "0")}${bits.toString(16).padStart(2, "0")}${seal}`;

/** What a browser shows of whom somebody else has judged: a task that asks for no work. */
export const passText = (task: string): string => `${task}.0`;

/** What the seal is computed from. A client that changes its network is asked again: a solution cannot be handed out to others. */
export const sealedText = (realm: string, ip: string, { issuedSeconds, bits }: Omit<Task, "seal">): string =>
  ["challenge", realm, networkOf(ip), issuedSeconds, bits].join("\n");

/** The clocks of two machines may differ by this much. */
const SKEW_MS = 60_000;

/** Whether it is worth the look at its seal and its hash: not too old, and not easier than what is asked now. */
export function mayProve(
  { issuedSeconds, bits }: Task,
  { bits: asked, ttlMs }: Pick<Challenge, "bits" | "ttlMs">,
  now: number,
): boolean {
  const age = now - issuedSeconds * 1_000;
  return bits >= asked && age < ttlMs && age >= -SKEW_MS;
}

/** `digest` in hexadecimal digits. */
export function zeroBits(digest: string): number {
  const zeros = /^0*/.exec(digest)?.[0].length ?? 0;
  const next = digest[zeros];
  return zeros * 4 + (next === undefined ? 0 : Math.clz32(Number.parseInt(next, 16)) - 28);
}
