// The text of a pin: which origin a client is bound to, and until when. Sealed by the edge's secret, so that clients can neither
// read nor change it. Here is how its parts are put together; send-pinned.ts has them computed.
//
//   1 (version) · expiry in seconds (8 hexadecimal digits) · mark of the origin, masked (12) · seal (22, in base64url)
//
// The seal covers the realm (site and pool), expiry and mark. The mark is masked by a value that follows from the seal, so that clients
// cannot tell how many origins there are, or that two of them share one (the construction of RFC 5297).
import { forUrls } from "../../shared/base64.ts";
import { hash32 } from "../../shared/hash32.ts";

export interface Pin {
  /** The id of an origin of the pool. */
  readonly origin: string;
  readonly expiresAt: number;
}

export interface SealedPin {
  readonly expiresSeconds: number;
  readonly masked: string;
  readonly seal: string;
}

/** Anything else is no pin, and costs nothing. */
const TEXT = /^1([0-9a-f]{8})([\w-]{12})([\w-]{22})$/;

export function readSealed(text: string): SealedPin | undefined {
  const [, expires, masked, seal] = TEXT.exec(text) ?? [];
  if (expires === undefined || masked === undefined || seal === undefined) return undefined;
  return { expiresSeconds: Number.parseInt(expires, 16), masked, seal };
}

export const writeSealed = ({ expiresSeconds, masked, seal }: SealedPin): string =>
  `1${expiresSeconds.toString(16).padStart(8, "0")}${masked}${seal}`;

/** What the seal is computed from. */
export const sealedText = (realm: string, expiresSeconds: number, mark: string): string =>
  `pin\n${realm}\n${expiresSeconds}\n${mark}`;

/** What the mask is computed from. */
export const maskText = (seal: string): string => `mask\n${seal}`;

/** The beginning of a message authentication code, which is in Base64. 132 bits. */
export const sealOf = (mac: string): string => forUrls(mac.slice(0, 22));
export const maskOf = (mac: string): string => sealOf(mac).slice(0, 12);

/** Digits of base64url. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Masks a mark, and unmasks it. */
export const masked = (mark: string, mask: string): string =>
  Array.from(mark, (digit, at) => DIGITS[DIGITS.indexOf(digit) ^ DIGITS.indexOf(mask.charAt(at))]).join("");

/** Stands for an origin, in 64 bits. It follows from the id alone: an origin may get another URL, weight or place in the file. */
export const markOf = (originId: string): string =>
  inDigits(hash32(`1 ${originId}`)) + inDigits(hash32(`2 ${originId}`));

const inDigits = (value: number): string =>
  [30, 24, 18, 12, 6, 0].map((shift) => DIGITS[(value >>> shift) & 63]).join("");

/** Undefined if the origin is no longer in the pool. */
export const originMarked = (origins: readonly { readonly id: string }[], mark: string): string | undefined =>
  origins.find(({ id }) => markOf(id) === mark)?.id;
