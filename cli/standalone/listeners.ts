// Where `headgate serve` listens, as the command line says: `http://HOST:PORT`, `http://HOST:PORT?redirect`,
// `https://HOST:PORT?cert=FILE&key=FILE`. Pure but for the certificates, which are read again at each reload.
import { err, ok, type Result } from "../../shared/result.ts";
import { readCertificate } from "./certificate.ts";
import type { Socket } from "./workerd-config.ts";

export interface Listener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly kind: "http" | "https" | "redirect";
  readonly files?: { readonly cert: string; readonly key: string };
}

export const urlOf = ({ kind, host, port }: Listener): string =>
  `${kind === "https" ? "https" : "http"}://${addressOf(host, port)}`;

/** An IPv6 address needs brackets before the port. */
export const addressOf = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

const FORM =
  "write http://HOST:PORT, http://HOST:PORT?redirect or https://HOST:PORT?cert=FILE&key=FILE, with an address and a port";

/** The error is a sentence. */
export function readListener(text: string, index: number): Result<Listener, string> {
  const [, scheme, bracketed, plain, port, query = ""] =
    /^(https?):\/\/(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d+)(?:\?(.*))?$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (scheme === undefined || host === undefined || Number(port) > 65_535) return err(`${text}: ${FORM}`);
  const place = { name: `edge ${index}`, host, port: Number(port) };
  const { cert, key, redirect, ...unknown } = Object.fromEntries(new URLSearchParams(query));
  if (Object.keys(unknown).length > 0) return err(`${text}: ${FORM}`);
  if (scheme.toLowerCase() === "http") {
    if (cert !== undefined || key !== undefined) return err(`${text}: a certificate needs https`);
    return ok({ ...place, kind: redirect === undefined ? "http" : "redirect" });
  }
  if (!cert || !key || redirect !== undefined) return err(`${text}: ${FORM}`);
  return ok({ ...place, kind: "https", files: { cert, key } });
}

/** A redirect leads to the first https port, as it was bound. The error names the faulty file. */
export async function socketsOf(listeners: readonly Listener[]): Promise<Result<Socket[], string>> {
  const httpsPort = listeners.find(({ kind }) => kind === "https")?.port;
  const sockets: Socket[] = [];
  for (const { name, host, port, kind, files } of listeners) {
    const tls = files && (await readCertificate(files.cert, files.key));
    if (tls && !tls.ok) return tls;
    if (kind === "redirect" && httpsPort === undefined)
      return err("a redirect needs an https listener to lead to");
    const service =
      kind === "redirect"
        ? { kind: "redirect" as const, httpsPort: httpsPort ?? 0 }
        : { kind: "edge" as const };
    sockets.push({ name, address: addressOf(host, port), service, ...(tls && { tls: tls.value }) });
  }
  return ok(sockets);
}
