// The configuration of a standalone `workerd`, as Cap'n Proto text. Pure.

export interface StandaloneConfig {
  /** `127.0.0.1:8787`; port 0 for any free port. */
  readonly address: string;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  /** PEM texts, if the socket terminates TLS itself. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly vars: Readonly<Record<string, string>>;
  /** For measurements: `--expose-gc`. */
  readonly v8Flags?: readonly string[];
}

/** Expects `worker.js` and `sites.json` in the same folder. */
export function workerdConfig(config: StandaloneConfig): string {
  const vars = Object.entries(config.vars).map(
    ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`,
  );
  const protocol = config.tls
    ? `https = (options = (), tlsOptions = (keypair = (privateKey = ${text(config.tls.key)}, certificateChain = ${text(config.tls.cert)})))`
    : "http = ()";
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = [${(config.v8Flags ?? []).map(text).join(", ")}],
  services = [
    (name = "headgate", worker = .headgate),
    # Origins may stand anywhere; https ones are verified against the public authorities.
    (name = "internet", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "edge", address = ${text(config.address)}, ${protocol}, service = "headgate")],
);

const headgate :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${text(config.compatibilityDate)},
  compatibilityFlags = [${config.compatibilityFlags.map(text).join(", ")}],
  bindings = [
    (name = "EMBEDDED_SITES", json = embed "sites.json"),
    ${vars.join(",\n    ")}
  ],
);
`;
}

/** A Cap'n Proto text literal, which uses the escapes of C. */
function text(value: string): string {
  return JSON.stringify(value).replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => `\\x${hex.slice(2)}`);
}
