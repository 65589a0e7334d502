// What the operator gives to origins and a site file only names: authorities, client certificates, paths of sockets. Read and checked before anything
// starts, and again at each reload. A sentence names the faulty file and never its content.
import { stat } from "node:fs/promises";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Endpoint } from "../../shared/site/endpoint.ts";
import { type Certificate, readAuthorities, readCertificate } from "./certificate.ts";

/** `NAME=...`, or `NAME@HOST=...` for the site with this first host only. */
export interface Named<Value> {
  readonly name: string;
  readonly site: string | undefined;
  readonly value: Value;
}

/** As the command line has them. */
export interface OriginFiles {
  readonly cas: readonly Named<string>[];
  readonly certificates: readonly Named<{ readonly cert: string; readonly key: string }>[];
  readonly sockets: readonly Named<string>[];
}

export const NO_ORIGIN_FILES: OriginFiles = { cas: [], certificates: [], sockets: [] };

/** By the name that a site file uses, for a site by its first host. Undefined if the site may not use it, or nobody gave it. */
export interface OriginMaterial {
  /** PEM. */
  ca(name: string, site: string | null): string | undefined;
  certificate(name: string, site: string | null): Certificate | undefined;
  /** An absolute path. */
  socket(name: string, site: string | null): string | undefined;
  /** What a renewal would mend, in sentences. */
  readonly concerns: readonly string[];
}

/** Where no option gives anything. */
export const NO_ORIGIN_MATERIAL: OriginMaterial = {
  ca: () => undefined,
  certificate: () => undefined,
  socket: () => undefined,
  concerns: [],
};

export async function readOriginMaterial(files: OriginFiles): Promise<Result<OriginMaterial, string>> {
  const cas: Named<string>[] = [];
  const concerns: (string | undefined)[] = [];
  for (const { value: file, ...named } of files.cas) {
    const read = await readAuthorities(file);
    if (!read.ok) return read;
    cas.push({ ...named, value: read.value.text });
    concerns.push(read.value.concern);
  }
  const certificates: Named<Certificate>[] = [];
  for (const { value, ...named } of files.certificates) {
    const read = await readCertificate(value.cert, value.key);
    if (!read.ok) return read;
    certificates.push({ ...named, value: read.value });
    concerns.push(read.value.concern);
  }
  for (const { value: path } of files.sockets) {
    // It may not be there yet: its application may start later. Anything else under its name is a mistake.
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isSocket()) return err(`${path} is no socket`);
    if (!found) concerns.push(`${path} is not there yet; requests for it fail until it is`);
  }
  return ok({
    ca: (name, site) => lookUp(cas, name, site),
    certificate: (name, site) => lookUp(certificates, name, site),
    socket: (name, site) => lookUp(files.sockets, name, site),
    concerns: concerns.filter((concern) => concern !== undefined),
  });
}

/** What an endpoint names, as its site has it; undefined where it names nothing. */
export interface EndpointMaterial {
  readonly socketPath: string | undefined;
  /** Undefined for the public authorities. */
  readonly ca: string | undefined;
  readonly certificate: Certificate | undefined;
}

/** Undefined if the operator has not given all of it. */
export function materialFor(
  { socket, tls, site }: Endpoint,
  material: OriginMaterial,
): EndpointMaterial | undefined {
  const { ca: authority = null, certificate: own = null } = tls ?? {};
  const socketPath = socket === null ? undefined : material.socket(socket, site);
  const ca = authority === null ? undefined : material.ca(authority, site);
  const certificate = own === null ? undefined : material.certificate(own, site);
  if (socket !== null && socketPath === undefined) return undefined;
  if (authority !== null && ca === undefined) return undefined;
  if (own !== null && certificate === undefined) return undefined;
  return { socketPath, ca, certificate };
}

/** What an endpoint names and the command line does not have for its site. */
export interface MissingMaterial {
  /** The key of the site file, and the option that would give it. */
  readonly key: "socket" | "ca" | "certificate";
  readonly name: string;
  readonly option: string;
}

export function missingFor({ socket, tls, site }: Endpoint, files: OriginFiles): MissingMaterial | undefined {
  if (socket !== null && lookUp(files.sockets, socket, site) === undefined)
    return { key: "socket", name: socket, option: `--origin-socket ${socket}=PATH` };
  const { ca = null, certificate = null } = tls ?? {};
  if (ca !== null && lookUp(files.cas, ca, site) === undefined)
    return { key: "ca", name: ca, option: `--origin-ca ${ca}=FILE` };
  if (certificate !== null && lookUp(files.certificates, certificate, site) === undefined)
    return { key: "certificate", name: certificate, option: `--origin-cert ${certificate}=CERT,KEY` };
  return undefined;
}

/** What was given to the site itself comes before what was given to all. */
function lookUp<Value>(all: readonly Named<Value>[], name: string, site: string | null): Value | undefined {
  const ofName = all.filter((one) => one.name === name);
  const own = ofName.find((one) => one.site !== undefined && one.site === site);
  return (own ?? ofName.find((one) => one.site === undefined))?.value;
}
