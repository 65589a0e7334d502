// What the processes of `headgate serve` load: those that serve, and the one that holds their state.
import os from "node:os";
import { err, ok, type Result } from "../../shared/result.ts";
import type { FileServer } from "../files/file-server.ts";
import { readSecrets, type SecretVariables } from "../secrets/secrets-file.ts";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS, edgeBundle, stateBundle } from "./bundle.ts";
import { type CompiledConfig, compileConfig, compileWithEndpoints } from "./compile-config.ts";
import { type EndpointService, endpointServices } from "./endpoint-services.ts";
import { type Listener, socketsOf } from "./listeners.ts";
import type { Needed } from "./needed-endpoints.ts";
import { type OriginFiles, type OriginMaterial, readOriginMaterial } from "./origin-material.ts";
import type { RunFolder } from "./run-folder.ts";
import { STATE_SOCKET, stateConfig } from "./state-config.ts";
import type { StateStart } from "./state-process.ts";
import type { Socket } from "./workerd-config.ts";

export interface ServiceConfig {
  /** Holds the sites. */
  readonly folder: RunFolder;
  /** Where the state of the sites' keepers outlives this run; undefined if it need not. */
  readonly objectsFolder: string | undefined;
  /** Where the sites are that are published over the admin API; undefined if they come from site files. */
  readonly publishedSites: string | undefined;
  /** As in a site file: `64MiB`. */
  readonly cacheMemory: string | undefined;
  /** The form of every log record, whatever the sites ask for. */
  readonly logFormat: string | undefined;
  /** What the operator gives to origins. */
  readonly originFiles: OriginFiles;
  /** As HEADGATE_ORIGIN_DOORWAY, for published sites. */
  readonly originDoorway: string | undefined;
  /** As HEADGATE_ADMIN_TOKENS; undefined without an admin listener. */
  readonly adminTokens: string | undefined;
  /** Of the secrets that sites name; undefined if they are in the environment only. */
  readonly secretsFile: string | undefined;
  /** Whether HEADGATE_SECRET is set. */
  readonly hasSecret: boolean;
  /** Who reads the files that sites serve; undefined if nobody does. */
  readonly fileServer: FileServer | undefined;
  /** As HEADGATE_FILES_FOR. */
  readonly filesFor: string | undefined;
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

/** A saved site file is live within a second. Reading a small local file costs little. */
const SITE_AGE_MS = "300";
/** So is a command to a keeper, which is on the same machine. */
const SNAPSHOT_REFRESH_MS = "500";

/** Anew at each reload: a certificate may have been renewed, the package upgraded, and the run folder moved. The error is a sentence. */
export async function compileService(
  listeners: readonly Listener[],
  needed: Needed,
  serving: ServiceConfig,
): Promise<Result<{ readonly config: CompiledConfig; readonly stateStart: StateStart }, string>> {
  const material = await materialOf(serving);
  if (!material.ok) return material;
  const secrets = await secretsOf(serving);
  if (!secrets.ok) return secrets;
  const [config, stateStart] = await Promise.all([
    servingConfig(listeners, endpointServices(needed.all, material.value), serving, secrets.value),
    stateStartFor(endpointServices(needed.probed, material.value), serving, secrets.value),
  ]);
  if (!config.ok) return config;
  return stateStart.ok ? ok({ config: config.value, stateStart: stateStart.value }) : stateStart;
}

/** For the processes that serve. */
export async function compileServing(
  listeners: readonly Listener[],
  needed: Needed,
  serving: ServiceConfig,
): Promise<Result<CompiledConfig, string>> {
  const material = await materialOf(serving);
  if (!material.ok) return material;
  const secrets = await secretsOf(serving);
  if (!secrets.ok) return secrets;
  return servingConfig(listeners, endpointServices(needed.all, material.value), serving, secrets.value);
}

async function secretsOf({ secretsFile, tell }: ServiceConfig): Promise<Result<SecretVariables, string>> {
  const secrets = await readSecrets(secretsFile);
  if (!secrets.ok) return secrets;
  if (secrets.value.concern !== undefined) tell(secrets.value.concern);
  return ok(secrets.value.variables);
}

async function materialOf({ originFiles, tell }: ServiceConfig): Promise<Result<OriginMaterial, string>> {
  const material = await readOriginMaterial(originFiles);
  if (material.ok) for (const concern of material.value.concerns) tell(concern);
  return material;
}

async function servingConfig(
  listeners: readonly Listener[],
  endpoints: readonly EndpointService[],
  serving: ServiceConfig,
  secrets: SecretVariables,
): Promise<Result<CompiledConfig, string>> {
  const {
    folder,
    publishedSites,
    cacheMemory,
    logFormat,
    originDoorway,
    adminTokens,
    hasSecret,
    fileServer,
    filesFor,
    tell,
  } = serving;
  const edges = await socketsOf(listeners);
  if (!edges.ok) return edges;
  for (const { tls } of edges.value) if (tls?.concern !== undefined) tell(tls.concern);
  const alive: Socket = { name: "alive", address: "unix:", service: { kind: "alive" } };
  const vars = {
    HEADGATE_RUNS_ON: "standalone",
    HEADGATE_SITE_REFRESH_MS: SITE_AGE_MS,
    HEADGATE_SITE_EXPIRE_MS: SITE_AGE_MS,
    HEADGATE_SNAPSHOT_REFRESH_MS: SNAPSHOT_REFRESH_MS,
    HEADGATE_PLACE: os.hostname(),
    ...(cacheMemory !== undefined && { HEADGATE_CACHE_MEMORY: cacheMemory }),
    ...(logFormat !== undefined && { HEADGATE_LOG_FORMAT: logFormat }),
    ...(publishedSites !== undefined && { HEADGATE_SITES_IN: "state" }),
    ...(originDoorway !== undefined && { HEADGATE_ORIGIN_DOORWAY: originDoorway }),
    ...(adminTokens !== undefined && { HEADGATE_ADMIN_TOKENS: adminTokens }),
    ...(filesFor !== undefined && { HEADGATE_FILES_FOR: filesFor }),
  };
  return attempt(
    edgeBundle().then((worker) =>
      compileConfig(
        {
          worker,
          sitesFolder: publishedSites ?? folder.sites,
          stateAddress: `unix:${folder.stateSocket}`,
          sockets: [...edges.value, alive],
          endpoints,
          fileServer,
          compatibilityDate: COMPATIBILITY_DATE,
          compatibilityFlags: COMPATIBILITY_FLAGS,
          vars,
          secrets: [hasSecret ? "HEADGATE_SECRET" : "HEADGATE_RUN_SECRET", ...Object.keys(secrets)],
        },
        folder.path,
      ).then((compiled) => ({ ...compiled, environment: secrets })),
    ),
  );
}

async function stateStartFor(
  services: readonly EndpointService[],
  { folder, objectsFolder, publishedSites, originDoorway }: ServiceConfig,
  secrets: SecretVariables,
): Promise<Result<StateStart, string>> {
  const config = (endpoints: readonly EndpointService[]) =>
    stateConfig({
      folder: objectsFolder ?? folder.objects,
      sitesFolder: publishedSites,
      endpoints,
      originDoorway,
      secrets: Object.keys(secrets),
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: COMPATIBILITY_FLAGS,
    });
  const compiled = stateBundle().then((worker) =>
    compileWithEndpoints(config, services, { "worker.js": worker }, folder.path),
  );
  const start = compiled.then((bytes) => ({
    config: { bytes, sockets: [STATE_SOCKET], environment: secrets },
    socket: folder.stateSocket,
  }));
  return attempt(start);
}

/** An exception as a sentence. */
export async function attempt<T>(work: Promise<T>): Promise<Result<T, string>> {
  try {
    return ok(await work);
  } catch (error) {
    return err((error as Error).message);
  }
}
