// The configuration of the process that holds what the serving processes share: Durable Objects in a folder. As Cap'n Proto text.
// Pure.
import { capnpText as text } from "./capnp-text.ts";
import { bindingText, type EndpointService, serviceText } from "./endpoint-services.ts";
import { environmentBinding } from "./workerd-config.ts";

export interface StateConfig {
  /** Where the objects are stored, one SQLite file each. */
  readonly folder: string;
  /** Where the sites are, one file for each key; undefined if they come from site files. */
  readonly sitesFolder: string | undefined;
  /** For origins that are probed and whose URL does not say it all. */
  readonly endpoints?: readonly EndpointService[];
  /** HEADGATE_ORIGIN_DOORWAY, for such origins of published sites that it has no service for. */
  readonly originDoorway?: string | undefined;
  /** Variables whose values the process takes from its environment. */
  readonly secrets?: readonly string[];
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
}

/** The one socket, whose address a process is told when it starts. */
export const STATE_SOCKET = "state";

/** They name the objects' folders and enter into their ids: with other keys, everything stored would be lost. */
const KEEPER_KEY = "headgate-keeper";
const LIMITS_KEY = "headgate-limits";

/** Expects `worker.js` in the same folder. */
export const stateConfig = ({
  folder,
  sitesFolder,
  endpoints = [],
  originDoorway,
  secrets = [],
  compatibilityDate,
  compatibilityFlags,
}: StateConfig): string =>
  `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "keepers", worker = .keepers),
    # Origins are probed from here. They may stand anywhere; https ones are verified against the public authorities.
    (name = "internet", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
    ${endpoints.map((endpoint) => `${serviceText(endpoint)},\n    `).join("")}(name = "disk", disk = (path = ${text(folder)}, writable = true)),${
      sitesFolder === undefined
        ? ""
        : `
    (name = "sites", disk = (path = ${text(sitesFolder)}, writable = true)),`
    }
  ],
  sockets = [(name = "${STATE_SOCKET}", address = "unix:", http = (), service = "keepers")],
);

const keepers :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${text(compatibilityDate)},
  compatibilityFlags = [${compatibilityFlags.map(text).join(", ")}],
  bindings = [(name = "HEADGATE_RUNS_ON", text = "standalone"), (name = "KEEPER", durableObjectNamespace = "Keeper"), (name = "LIMITS", durableObjectNamespace = "Limits")${
    sitesFolder === undefined ? "" : `, (name = "SITES", kvNamespace = "sites")`
  }${
    originDoorway === undefined ? "" : `, (name = "HEADGATE_ORIGIN_DOORWAY", text = ${text(originDoorway)})`
  }${[...secrets.map(environmentBinding), ...endpoints.map(bindingText)].map((binding) => `, ${binding}`).join("")}],
  durableObjectNamespaces = [
    (className = "Keeper", uniqueKey = "${KEEPER_KEY}", enableSql = true),
    (className = "Limits", uniqueKey = "${LIMITS_KEY}", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "disk"),
);
`;
