// The site that `headgate smoke` asks: what it says by itself shows what the edge knows, and with an origin it shows what becomes
// of its answers. Pure.
import { Document, isCollection, isPair } from "yaml";
import type { Site } from "../../shared/site/schema.ts";
import { isLoopback } from "../bare-url.ts";

export interface SmokeSite {
  readonly url: URL;
  /** Tells one version of the site from another. */
  readonly marker: string;
  readonly origin?: string | undefined;
  /** At the origin: something that it compresses, and that may be cached. */
  readonly path: string;
  /** At the origin. */
  readonly websocket?: string | undefined;
}

/** What `headgate smoke` needs to know of a site. */
export interface SmokeTest {
  readonly url: URL;
  /** What the pushed site says. */
  readonly marker: string;
  /** Where the origin has what the site passes on; undefined for a site without an origin. */
  readonly originUrl: URL | undefined;
  readonly hasWebSocket: boolean;
  /** How long the store may take. */
  readonly waitMs: number;
}

/** Paths of the site; a route is called like the last part of its path. */
export const PREFIX = "/smoke";

const HEAD = `# yaml-language-server: $schema=../node_modules/headgate/dist/site.schema.json
# Made by \`headgate smoke --site\`: what \`headgate smoke\` asks after a deploy. Push it like any other site.
`;

export function smokeSite({ url, marker, origin, path, websocket }: SmokeSite): string {
  const route = (id: string, rest: object) => ({ id, match: { path: `${PREFIX}/${id}` }, ...rest });
  const text = { "content-type": "text/plain", "cache-control": "no-store" };
  const facts = {
    ...text,
    "x-smoke-client": "${client.ip}",
    "x-smoke-country": "${client.country}",
    "x-smoke-scheme": "${scheme}",
  };
  const page = {
    "content-type": "text/html; charset=utf-8",
    link: `<${PREFIX}/style.css>; rel=preload; as=style`,
  };
  const site = {
    hosts: [url.hostname.startsWith("[") ? "*" : url.hostname], // a site cannot name an IPv6 address
    pools: {
      ...(origin !== undefined && { origin: { origins: [{ id: "origin", url: origin }] } }),
      gone: { origins: [{ id: "gone", url: goneOrigin(url) }], retry: { attempts: 1 } },
    },
    routes: [
      route("marker", { respond: { headers: text, body: marker } }),
      route("facts", { respond: { headers: facts, body: "facts\n" } }),
      route("hints", { respond: { headers: page, body: "<!doctype html><title>smoke</title>\n" } }),
      route("gone", { cache: "off", to: "gone" }),
      ...(origin === undefined
        ? []
        : [
            route("cached", { rewrite: { path }, cache: { ttl: "5m" }, to: "origin" }),
            route("relayed", { rewrite: { path }, cache: "off", to: "origin" }),
          ]),
      ...(origin === undefined || websocket === undefined
        ? []
        : [route("websocket", { rewrite: { path: websocket }, cache: "off", to: "origin" })]),
    ],
    security: "off",
  };
  const document = new Document(site);
  for (const key of ["hosts", "pools", "routes"]) inShortLines(document.get(key));
  return HEAD + document.toString({ lineWidth: 0 });
}

/** Each pool and each route in a line of its own. */
function inShortLines(node: unknown): void {
  if (!isCollection(node)) return;
  for (const item of node.items) {
    const value = isPair(item) ? item.value : item;
    if (isCollection(value)) value.flow = true;
    else node.flow = true;
  }
}

/** A name that never exists (RFC 6761); on this machine a closed port, because name resolution is not what is tried there. */
const goneOrigin = ({ hostname }: URL): string =>
  isLoopback(hostname) ? "http://127.0.0.1:9" : "https://gone.invalid";

/** What there is to ask, as a pushed site file says; undefined for a file of another kind. */
export function smokeTestOf({ pools, routes }: Site): Omit<SmokeTest, "url" | "waitMs"> | undefined {
  const route = (id: string) => routes.find((each) => each.id === id);
  const marker = route("marker")?.respond?.body;
  if (marker === undefined) return undefined;
  const origin = pools.origin?.origins[0]?.url;
  const path = route("relayed")?.rewrite?.path;
  return {
    marker,
    originUrl:
      origin === undefined || path === undefined ? undefined : new URL(origin.replace(/\/$/, "") + path),
    hasWebSocket: route("websocket") !== undefined,
  };
}
