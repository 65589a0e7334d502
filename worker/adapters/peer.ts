// The client's address and country. Only the platform is trusted: on Cloudflare it sets CF-Connecting-IP itself; elsewhere
// that field is whatever the client sent.
import { addressBesidePort } from "../../shared/address.ts";
import type { Peer } from "../message.ts";

export type RunsOn = "cloudflare" | "standalone";

const UNKNOWN = "0.0.0.0";

export function peerReader(runsOn: RunsOn): (request: Request) => Peer {
  const readIp = runsOn === "cloudflare" ? ipOnCloudflare : ipStandalone;
  const readCountry = runsOn === "cloudflare" ? countryOnCloudflare : () => undefined;
  return (request) => new LazyPeer(request, readIp, readCountry);
}

/** Reading `cf` makes the runtime parse a kilobyte of JSON, so it is read on demand. */
class LazyPeer implements Peer {
  #ip: string | undefined;
  readonly #request: Request;
  readonly #readIp: (request: Request) => string;
  readonly #readCountry: (request: Request) => string | undefined;

  constructor(
    request: Request,
    readIp: (request: Request) => string,
    readCountry: (request: Request) => string | undefined,
  ) {
    this.#request = request;
    this.#readIp = readIp;
    this.#readCountry = readCountry;
  }

  get ip(): string {
    this.#ip ??= this.#readIp(this.#request);
    return this.#ip;
  }

  get country(): string | undefined {
    return this.#readCountry(this.#request);
  }
}

function ipOnCloudflare({ headers }: Request): string {
  return addressBesidePort(headers.get("cf-connecting-ip") ?? "") ?? UNKNOWN;
}

function countryOnCloudflare({ cf }: Request): string | undefined {
  const country = cf?.country;
  return typeof country === "string" ? country : undefined;
}

/** Without Cloudflare, workerd provides `{ clientIp: "127.0.0.1:34102" }`, or `[::1]:34102`. */
function ipStandalone({ cf }: Request): string {
  return addressBesidePort((cf as { clientIp?: string } | undefined)?.clientIp ?? "") ?? UNKNOWN;
}
