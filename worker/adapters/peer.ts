// Who is at the other end of the connection? Only the platform may say: on Cloudflare CF-Connecting-IP is the
// platform's own field, elsewhere it is whatever the client sent.
import { BoundedMap } from "../../shared/bounded-map.ts";
import type { Peer } from "../message.ts";
import { addressBesidePort } from "../routing/address.ts";

export type RunsOn = "cloudflare" | "standalone";

const UNKNOWN = "0.0.0.0";

export function peerReader(runsOn: RunsOn): (request: Request) => Peer {
  return runsOn === "cloudflare" ? peerOnCloudflare : standalonePeers();
}

function peerOnCloudflare(request: Request): Peer {
  const country = request.cf?.country;
  return {
    ip: addressBesidePort(request.headers.get("cf-connecting-ip") ?? "") ?? UNKNOWN,
    country: typeof country === "string" ? country : undefined,
  };
}

/** Of a connection that is kept open every request brings the same text. */
const MAX_REMEMBERED = 1_000;

/** workerd alone tells `{ clientIp: "127.0.0.1:34102" }`, or `[::1]:34102`. */
function standalonePeers(): (request: Request) => Peer {
  const known = new BoundedMap<string>(MAX_REMEMBERED);
  const readIp = (request: Request): string => {
    const text = (request.cf as { clientIp?: string } | undefined)?.clientIp ?? "";
    const before = known.get(text);
    if (before !== undefined) return before;
    const ip = addressBesidePort(text) ?? UNKNOWN;
    known.set(text, ip);
    return ip;
  };
  return (request) => new StandalonePeer(request, readIp);
}

/** Reading `cf` makes the runtime parse it: only where somebody asks for the address. */
class StandalonePeer implements Peer {
  readonly country = undefined;
  readonly #request: Request;
  readonly #readIp: (request: Request) => string;

  constructor(request: Request, readIp: (request: Request) => string) {
    this.#request = request;
    this.#readIp = readIp;
  }

  get ip(): string {
    return this.#readIp(this.#request);
  }
}
