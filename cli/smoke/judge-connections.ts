// What does the platform add to the edge: HTTP/2, Early Hints, WebSocket? Pure.
import { type Finding, failed, fine, notHere, type Place } from "./finding.ts";

/** `protocol`: what TLS agreed on; undefined without TLS. */
export function judgeHttp2(protocol: string | undefined, place: Place): Finding {
  if (protocol === "h2") return fine("the client and the platform agree on h2");
  if (protocol === undefined) return notHere("plain http has no HTTP/2");
  return place === "cloudflare"
    ? failed(
        `only ${protocol}`,
        "browsers open six connections and queue their requests. HTTP/2 is turned off in the zone, under Speed",
      )
    : notHere("`headgate serve` has HTTP/1.1 only: a proxy in front adds HTTP/2");
}

/** `statuses`: of all responses to two requests for a page with a preload link, interim ones first. Undefined without HTTP/2. */
export function judgeEarlyHints(statuses: readonly number[] | undefined, place: Place): Finding {
  if (place !== "cloudflare") return notHere("only Cloudflare sends 103, and the edge sends none itself");
  if (!statuses) return notHere("there is no HTTP/2, and 103 comes with it only");
  return statuses.includes(103)
    ? fine("103 before the response")
    : notHere("no 103 came: Early Hints are turned off in the zone, or not learnt yet");
}

export type Upgraded =
  | { readonly kind: "open"; readonly answered: boolean }
  | { readonly kind: "refused"; readonly why: string };

export function judgeWebSocket(upgraded: Upgraded): Finding {
  if (upgraded.kind === "open") {
    return fine(upgraded.answered ? "open, and a message came back" : "open");
  }
  return failed(
    upgraded.why,
    "WebSockets do not pass. On Cloudflare they can be turned off in the zone, under Network; otherwise the origin does not speak WebSocket on this path",
  );
}
