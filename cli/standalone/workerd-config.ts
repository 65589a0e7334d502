// The configuration of a standalone `workerd`, as Cap'n Proto text. Pure.
import type { FileServer } from "../files/file-server.ts";
import { capnpText as text } from "./capnp-text.ts";
import type { Certificate } from "./certificate.ts";
import { bindingText, type EndpointService, serviceText } from "./endpoint-services.ts";

export interface StandaloneConfig {
  readonly sockets: readonly Socket[];
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly vars: Readonly<Record<string, string>>;
  /** Variables whose values the process takes from its environment, so that no secret is in a file or an argument. */
  readonly secrets?: readonly string[];
  /** A folder with one file for each key, read at each request for a key; undefined if `sites.json` has the sites. */
  readonly sitesFolder?: string | undefined;
  /** `unix:/path`, where the process with the keepers is asked; undefined if there is none. */
  readonly stateAddress?: string | undefined;
  /** Who reads the files that sites serve; undefined if nobody does. */
  readonly fileServer?: Pick<FileServer, "port" | "secret"> | undefined;
  /** For origins whose URL does not say it all. */
  readonly endpoints?: readonly EndpointService[];
  /** For measurements: `--expose-gc`. */
  readonly v8Flags?: readonly string[];
}

export interface Socket {
  /** The name by which a process is told which descriptor the socket is. */
  readonly name: string;
  /** `127.0.0.1:8787`; port 0 for any free port. `unix:/path`. */
  readonly address: string;
  /** If the socket terminates TLS itself. workerd takes one certificate for each socket. */
  readonly tls?: Certificate | undefined;
  readonly service: Service;
}

/** `alive` answers 200 to everything, which shows that the process still runs scripts. `admin` is the admin API of the edge. */
export type Service = { readonly kind: "edge" | "admin" | "alive" } | Redirect;

/** To the same URL by https. */
export interface Redirect {
  readonly kind: "redirect";
  readonly httpsPort: number;
}

/** Expects `worker.js` in the same folder, and `sites.json` if there is no folder of sites. */
export function workerdConfig(config: StandaloneConfig): string {
  const { sitesFolder, stateAddress, fileServer, sockets, endpoints = [] } = config;
  const redirects = sockets.filter(({ service }) => service.kind === "redirect");
  const services = [
    `(name = "edge", worker = .edge)`,
    `(name = "alive", worker = .alive)`,
    ...redirects.map((socket) => `(name = ${text(serviceName(socket))}, worker = ${redirectWorker(socket)})`),
    ...(sitesFolder === undefined ? [] : [`(name = "sites", disk = (path = ${text(sitesFolder)}))`]),
    ...(stateAddress === undefined
      ? []
      : [`(name = "state", external = (address = ${text(stateAddress)}, http = ()))`]),
    ...(fileServer ? [fileServiceText(fileServer)] : []),
    // Origins may stand anywhere; https ones are verified against the public authorities.
    `(name = "internet", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true)))`,
    ...endpoints.map(serviceText),
  ];
  const bindings = [
    sitesFolder === undefined
      ? `(name = "EMBEDDED_SITES", json = embed "sites.json")`
      : `(name = "SITES", kvNamespace = "sites"), (name = "SITES_FOLDER", service = "sites")`,
    ...(stateAddress === undefined ? [] : [`(name = "STATE", service = "state")`]),
    ...(fileServer ? [`(name = "ASSETS", service = "files")`] : []),
    ...Object.entries(config.vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
    ...(config.secrets ?? []).map(environmentBinding),
    ...endpoints.map(bindingText),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = [${(config.v8Flags ?? []).map(text).join(", ")}],
  services = [
    ${services.join(",\n    ")}
  ],
  sockets = [
    ${sockets.map(socketText).join(",\n    ")}
  ],
);

const edge :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${text(config.compatibilityDate)},
  compatibilityFlags = [${config.compatibilityFlags.map(text).join(", ")}],
  bindings = [
    ${bindings.join(",\n    ")}
  ],
);

const alive :Workerd.Worker = (
  modules = [(name = "alive.js", esModule = ${text(ALIVE)})],
  compatibilityDate = ${text(config.compatibilityDate)},
);
`;
}

function fileServiceText({ port, secret }: Pick<FileServer, "port" | "secret">): string {
  const opening = `injectRequestHeaders = [(name = ${text(secret.name)}, value = ${text(secret.value)})]`;
  return `(name = "files", external = (address = "127.0.0.1:${port}", http = (${opening})))`;
}

export const environmentBinding = (name: string): string =>
  `(name = ${text(name)}, fromEnvironment = ${text(name)})`;

const ALIVE = `export default { fetch: () => new Response("alive\\n") };`;

function socketText(socket: Socket): string {
  const { name, address, tls } = socket;
  const protocol = tls
    ? `https = (options = (), tlsOptions = (keypair = (privateKey = ${text(tls.key)}, certificateChain = ${text(tls.cert)})))`
    : "http = ()";
  return `(name = ${text(name)}, address = ${text(address)}, ${protocol}, service = ${designator(socket)})`;
}

/** The admin API is another entry point of the edge, in the same isolate. */
const designator = (socket: Socket): string =>
  socket.service.kind === "admin" ? `(name = "edge", entrypoint = "Admin")` : text(serviceName(socket));

const serviceName = ({ name, service }: Socket): string =>
  service.kind === "redirect" ? `redirect from ${name}` : service.kind;

/**
 * A certificate authority asks by http for its proof, so that path is not redirected: a site may route it. Only the path of a
 * token (RFC 8555, section 8.3): any other path below it could lead elsewhere, as `../` does.
 */
function redirectWorker({ service }: Socket): string {
  const port = service.kind === "redirect" && service.httpsPort !== 443 ? `:${service.httpsPort}` : "";
  const script = `const PORT = ${JSON.stringify(port)};
export default {
  fetch(request, env) {
    const host = request.headers.get("host") ?? "";
    const rest = request.url.slice("http://".length + host.length) || "/";
    const [, name] = /^([\\w.-]+|\\[[\\da-f:.]+\\])(?::\\d+)?$/i.exec(host) ?? [];
    if (name === undefined || !request.url.startsWith("http://" + host) || !rest.startsWith("/"))
      return new Response("The request names no host that could be redirected.\\n", { status: 400 });
    if (/^\\/\\.well-known\\/acme-challenge\\/[\\w-]+$/.test(rest)) return env.EDGE.fetch(request);
    return new Response(null, { status: 308, headers: { location: "https://" + name + PORT + rest } });
  },
};`;
  return `(modules = [(name = "redirect.js", esModule = ${text(script)})], compatibilityDate = "2026-11-01", bindings = [(name = "EDGE", service = "edge")])`;
}
