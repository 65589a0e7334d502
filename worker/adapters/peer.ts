// The client's address, place, network and version of HTTP. Only the platform is trusted: on Cloudflare it sets CF-Connecting-IP itself; elsewhere
// that field is whatever the client sent.
import { addressBesidePort } from "../../shared/address.ts";
import type { Peer } from "../message.ts";

export type RunsOn = "cloudflare" | "standalone";

const UNKNOWN = "0.0.0.0";

/** How a platform reports each fact. */
interface Reading {
  readonly ip: (request: Request) => string;
  readonly country: (request: Request) => string | undefined;
  readonly region: (request: Request) => string | undefined;
  readonly asn: (request: Request) => number | undefined;
  readonly protocol: (request: Request) => string | undefined;
}

export function peerReader(runsOn: RunsOn): (request: Request) => Peer {
  const reading = runsOn === "cloudflare" ? ON_CLOUDFLARE : STANDALONE;
  return (request) => new LazyPeer(request, reading);
}

/** The data centre where the request arrived, as Cloudflare calls it: `FRA`. */
export function placeOf({ cf }: Request): string | undefined {
  const colo = cf?.colo;
  return typeof colo === "string" && colo !== "" ? colo : undefined;
}

/** Reading `cf` makes the runtime parse a kilobyte of JSON, so it is read on demand. */
class LazyPeer implements Peer {
  #ip: string | undefined;
  readonly #request: Request;
  readonly #reading: Reading;

  constructor(request: Request, reading: Reading) {
    this.#request = request;
    this.#reading = reading;
  }

  get ip(): string {
    this.#ip ??= this.#reading.ip(this.#request);
    return this.#ip;
  }

  get country(): string | undefined {
    return this.#reading.country(this.#request);
  }

  get region(): string | undefined {
    return this.#reading.region(this.#request);
  }

  get asn(): number | undefined {
    return this.#reading.asn(this.#request);
  }

  get protocol(): string | undefined {
    return this.#reading.protocol(this.#request);
  }
}

function ipOnCloudflare({ headers }: Request): string {
  return addressBesidePort(headers.get("cf-connecting-ip") ?? "") ?? UNKNOWN;
}

function countryOnCloudflare({ cf }: Request): string | undefined {
  const country = cf?.country;
  return typeof country === "string" ? country : undefined;
}

function regionOnCloudflare({ cf }: Request): string | undefined {
  const { country, regionCode } = cf ?? {};
  return typeof country === "string" && typeof regionCode === "string"
    ? `${country}-${regionCode}`
    : undefined;
}

function asnOnCloudflare({ cf }: Request): number | undefined {
  const asn = cf?.asn;
  return typeof asn === "number" ? asn : undefined;
}

/** Without Cloudflare, workerd provides `{ clientIp: "127.0.0.1:34102" }`, or `[::1]:34102`. */
function ipStandalone({ cf }: Request): string {
  return addressBesidePort((cf as { clientIp?: string } | undefined)?.clientIp ?? "") ?? UNKNOWN;
}

function protocolOnCloudflare({ cf }: Request): string | undefined {
  const protocol = cf?.httpProtocol;
  return typeof protocol === "string" && /^HTTP\/\d(?:\.\d)?$/.test(protocol) ? protocol : undefined;
}

const ON_CLOUDFLARE: Reading = {
  ip: ipOnCloudflare,
  country: countryOnCloudflare,
  region: regionOnCloudflare,
  asn: asnOnCloudflare,
  protocol: protocolOnCloudflare,
};
/** workerd speaks HTTP/1.1 only. It does not report an HTTP/1.0 request as such. */
const STANDALONE: Reading = {
  ip: ipStandalone,
  country: () => undefined,
  region: () => undefined,
  asn: () => undefined,
  protocol: () => "HTTP/1.1",
};
