// How is an origin reached whose URL does not say it all: another Host, its own authority, a client certificate, a socket? That follows
// from where the edge runs.
import type { Endpoint } from "../../shared/site/endpoint.ts";
import { DOORWAY_FIELD, type DoorwayTold } from "../../shared/site/endpoint-doorway.ts";
import type { RunsOn } from "./peer.ts";
import type { Fetch } from "./uploading.ts";

export interface ReachEnv {
  /**
   * On Cloudflare: the zones in which the Host may be another than that of the origin's URL, separated by commas. The site's hosts and
   * its origins have to be proxied in one of them.
   */
  readonly HEADGATE_ZONES?: string;
  /**
   * The URL of a process that connects to such origins, and a secret that opens it: in `headgate dev`, and in `headgate serve` for
   * published sites that this process has no service for.
   */
  readonly HEADGATE_ORIGIN_DOORWAY?: string;
}

/** The error says for the operator what is missing. */
export type Reach = (endpoint: Endpoint) => Fetch | Error;

export function reachOf(env: ReachEnv, runsOn: RunsOn): Reach {
  const doorway =
    env.HEADGATE_ORIGIN_DOORWAY === undefined ? undefined : throughDoorway(env.HEADGATE_ORIGIN_DOORWAY);
  if (runsOn === "standalone")
    return (endpoint) => byService(env, endpoint) ?? (doorway ?? nothing)(endpoint);
  if (doorway) return doorway;
  const zones = (env.HEADGATE_ZONES ?? "").toLowerCase().split(/[\s,]+/);
  return (endpoint) => onCloudflare(env, endpoint, zones.filter(Boolean));
}

/** `headgate serve` has a service for each endpoint, which sends the host of the URL as Host, wherever it connects to. */
function byService(env: object, { id }: Endpoint): Fetch | undefined {
  const service = bindingOf(env, id);
  return service && ((url, init) => service.fetch(url, init));
}

const nothing: Reach = ({ id }) => new Error(`no service is set up for ${id}`);

/** The fields of a request tell the doorway where to connect. */
function throughDoorway(doorway: string): Reach {
  const { origin, pathname } = new URL(doorway);
  const secret = pathname.slice(1);
  return (endpoint) => (url, init) => {
    const { host } = new URL(url);
    const told: DoorwayTold = { secret, host, endpoint };
    const headers = new Headers(init.headers);
    headers.set(DOORWAY_FIELD, JSON.stringify(told));
    return fetch(origin + afterAuthority(url), { ...init, headers });
  };
}

/**
 * Within one zone `resolveOverride` connects elsewhere than the Host says; outside of it the platform ignores it, and the request
 * would go to the public host. So without a zone the Host is that of the origin's URL.
 */
function onCloudflare(env: object, endpoint: Endpoint, zones: readonly string[]): Fetch | Error {
  const { origin, socket, tls } = endpoint;
  if (socket !== null) return new Error("Cloudflare cannot connect to a Unix socket");
  const bound = tls?.certificate ? certificateBinding(tls.certificate) : undefined;
  const service = bound === undefined ? undefined : bindingOf(env, bound);
  if (bound !== undefined && !service) return new Error(`no client certificate is bound as ${bound}`);
  const fetching: Fetch = (url, init) => (service ?? globalThis).fetch(url, init);
  return (url, init) => {
    const own = new URL(origin);
    const seen = new URL(url);
    if (seen.host === own.host) return fetching(url, init);
    if (!zones.some((zone) => isWithin(seen.hostname, zone) && isWithin(own.hostname, zone)))
      return fetching(origin + afterAuthority(url), init);
    const port = own.port === "" ? "" : `:${own.port}`;
    return fetching(`${own.protocol}//${seen.hostname}${port}${afterAuthority(url)}`, {
      ...init,
      cf: { ...init.cf, resolveOverride: own.hostname },
    });
  };
}

export const certificateBinding = (name: string): string =>
  `ORIGIN_CERT_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;

const isWithin = (host: string, zone: string): boolean => host === zone || host.endsWith(`.${zone}`);

/** Path and query, as they are spelt. */
const afterAuthority = (url: string): string => url.slice(url.indexOf("/", url.indexOf("://") + 3));

function bindingOf(env: object, name: string): Fetcher | undefined {
  const bound: unknown = Object.hasOwn(env, name) ? Reflect.get(env, name) : undefined;
  return typeof bound === "object" && bound !== null && "fetch" in bound ? (bound as Fetcher) : undefined;
}
