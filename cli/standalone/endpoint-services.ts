// The services over which workerd reaches origins whose URL does not say it all: one for each endpoint, bound to the edge under its id. Pure.
import type { Endpoint } from "../../shared/site/endpoint.ts";
import { capnpText as text } from "./capnp-text.ts";
import { materialFor, type OriginMaterial } from "./origin-material.ts";

export interface EndpointService {
  readonly id: string;
  /** `10.0.0.5:8443`, or `unix:/path`. */
  readonly address: string;
  readonly tls?: {
    /** What its certificate must be for. */
    readonly name: string;
    /** PEM; undefined for the public authorities. */
    readonly ca: string | undefined;
    readonly keypair: { readonly cert: string; readonly key: string } | undefined;
  };
}

/** What the operator has not given is missing, and the edge says so when it is asked for. */
export const endpointServices = (
  endpoints: ReadonlyMap<string, Endpoint>,
  material: OriginMaterial,
): readonly EndpointService[] =>
  [...endpoints.values()].flatMap((endpoint) => endpointService(endpoint, material) ?? []);

function endpointService(endpoint: Endpoint, material: OriginMaterial): EndpointService | undefined {
  const { id, origin, tls } = endpoint;
  const given = materialFor(endpoint, material);
  if (!given) return undefined;
  const { socketPath, ca, certificate } = given;
  const address = socketPath === undefined ? addressOf(origin) : `unix:${socketPath}`;
  return tls ? { id, address, tls: { name: tls.name, ca, keypair: certificate } } : { id, address };
}

function addressOf(origin: string): string {
  const { protocol, hostname, port } = new URL(origin);
  return `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
}

export function serviceText({ id, address, tls }: EndpointService): string {
  if (!tls) return `(name = ${text(id)}, external = (address = ${text(address)}, http = ()))`;
  const { name, ca, keypair } = tls;
  const options = [
    ca === undefined ? "trustBrowserCas = true" : `trustedCertificates = [${text(ca)}]`,
    ...(keypair
      ? [`keypair = (privateKey = ${text(keypair.key)}, certificateChain = ${text(keypair.cert)})`]
      : []),
  ];
  const https = `https = (options = (), tlsOptions = (${options.join(", ")}), certificateHost = ${text(name)})`;
  return `(name = ${text(id)}, external = (address = ${text(address)}, ${https}))`;
}

export const bindingText = ({ id }: EndpointService): string => `(name = ${text(id)}, service = ${text(id)})`;
