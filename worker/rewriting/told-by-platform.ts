// Did an origin answer, or Cloudflare in its place? On Cloudflare, a fetch to a dead origin mostly does not fail. It ends in a response
// with a status from 520 to 530, made by the platform. These are failures of the origin, in the words of the other failures.
import type { OriginFailure } from "../ports.ts";

type Answer = Pick<Response, "status" | "headers">;

/**
 * What the platform tells; undefined if an origin answered. The platform's responses have its `server` and a `cf-ray`. An origin that
 * sends a 520 itself has neither, unless it is behind Cloudflare. Then its own origin is the one that failed.
 */
export function toldByPlatform({ status, headers }: Answer, afterMs: number): OriginFailure | undefined {
  if (status < 520 || status > 530) return undefined;
  if (headers.get("server")?.toLowerCase() !== "cloudflare" || !headers.has("cf-ray")) return undefined;
  if (isLate(status)) return { kind: "timeout", afterMs, told: status };
  return { kind: "connect", message: `Cloudflare told ${status}: ${MEANINGS[status] ?? "no answer"}` };
}

/** 522: no connection in time. 524: a connection, and no response in time. */
const isLate = (status: number): boolean => status === 522 || status === 524;

/** Cloudflare's own words: developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/ */
const MEANINGS: Readonly<Record<number, string>> = {
  520: "an empty, unknown or unexpected response",
  521: "the connection was refused",
  523: "the origin is unreachable",
  525: "the TLS handshake failed",
  526: "the certificate is not valid",
  530: "the name cannot be resolved, or the origin is not to be reached",
};
