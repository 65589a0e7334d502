// Who is at the other end of the connection? Only the platform may say: on Cloudflare CF-Connecting-IP is the
// platform's own field, elsewhere it is whatever the client sent.
import type { Peer } from "../message.ts";
import { addressBesidePort } from "../routing/address.ts";

export type RunsOn = "cloudflare" | "standalone";

const UNKNOWN = "0.0.0.0";

export function peerReader(runsOn: RunsOn): (request: Request) => Peer {
  return runsOn === "cloudflare" ? peerOnCloudflare : peerStandalone;
}

function peerOnCloudflare(request: Request): Peer {
  const country = request.cf?.country;
  return {
    ip: addressBesidePort(request.headers.get("cf-connecting-ip") ?? "") ?? UNKNOWN,
    country: typeof country === "string" ? country : undefined,
  };
}

/** workerd alone tells `{ clientIp: "127.0.0.1:34102" }`, or `[::1]:34102`. */
function peerStandalone(request: Request): Peer {
  const cf = request.cf as { clientIp?: string } | undefined;
  return { ip: addressBesidePort(cf?.clientIp ?? "") ?? UNKNOWN, country: undefined };
}
