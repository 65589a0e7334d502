// Where the connection to an origin goes, and by which TLS, if that differs from what its URL and its Host say together. Pure: the edge and the
// command that sets up its processes find the same.
import type { OriginTls } from "./endpoint-schema.ts";

export interface Endpoint {
  /** Names the same connections everywhere: the name of a binding of `headgate serve`. */
  readonly id: string;
  /** `https://10.0.0.5:8443`: the origin's URL, up to its path. */
  readonly origin: string;
  /** The name of a Unix socket that takes the place of the address. */
  readonly socket: string | null;
  /** Undefined for http. */
  readonly tls: EndpointTls | undefined;
  /** The name of the site, if it uses what the operator may have given to this site only. */
  readonly site: string | null;
}

export interface EndpointTls {
  /** Which name the origin's certificate must have, without a port. */
  readonly name: string;
  readonly ca: string | null;
  readonly certificate: string | null;
}

/** Which host an origin sees: null for that of its URL. */
export type SeenAs = "keep" | { readonly name: string } | null;

interface PoolWords {
  readonly host: string;
  readonly tls?: OriginTls | undefined;
}

interface OriginWords {
  readonly url: string;
  readonly host?: string | undefined;
  readonly tls?: OriginTls | undefined;
  readonly socket?: string | undefined;
}

export function seenAsOf(origin: OriginWords, pool: PoolWords): SeenAs {
  const host = origin.host ?? pool.host;
  if (host === "keep") return host;
  return host === "origin" || host === new URL(origin.url).host ? null : { name: host };
}

/** Null if the URL says it all. */
export function endpointOf(origin: OriginWords, pool: PoolWords, site: string): Endpoint | null {
  const url = new URL(origin.url);
  const words = tlsOf(origin, pool);
  const socket = origin.socket ?? null;
  if (seenAsOf(origin, pool) === null && words === undefined && socket === null) return null;
  const tls =
    url.protocol === "https:"
      ? {
          name: words?.name ?? url.hostname.replace(/^\[|\]$/g, ""),
          ca: words?.ca ?? null,
          certificate: words?.certificate ?? null,
        }
      : undefined;
  const usesMaterial = socket !== null || (tls && (tls.ca !== null || tls.certificate !== null));
  const endpoint = { origin: url.origin, socket, tls, site: usesMaterial ? site : null };
  return { ...endpoint, id: idOf(endpoint) };
}

/** A pool may mix http and https origins: the words about TLS concern those that have it. */
export const tlsOf = (origin: OriginWords, pool: PoolWords): OriginTls | undefined =>
  new URL(origin.url).protocol === "https:" ? (origin.tls ?? pool.tls) : undefined;

/** `origin https://10.0.0.5:8443 name=fra.internal ca=internal site=shop.example.com`: no part can hold a space. */
function idOf({ origin, socket, tls, site }: Omit<Endpoint, "id">): string {
  const parts = { socket, name: tls?.name, ca: tls?.ca, certificate: tls?.certificate, site };
  const given = Object.entries(parts).filter(([, value]) => value !== null && value !== undefined);
  return ["origin", origin, ...given.map(([key, value]) => `${key}=${value}`)].join(" ");
}

/** Of every pool of a site, each once. */
export function endpointsOf(site: {
  readonly hosts: readonly string[];
  readonly pools: Readonly<Record<string, PoolWords & { readonly origins: readonly OriginWords[] }>>;
}): Endpoint[] {
  const [name = ""] = site.hosts;
  const all = Object.values(site.pools).flatMap((pool) =>
    pool.origins.map((origin) => endpointOf(origin, pool, name)),
  );
  return [...new Map(all.flatMap((endpoint) => (endpoint ? [[endpoint.id, endpoint]] : []))).values()];
}
