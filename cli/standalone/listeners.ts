// Where `headgate serve` listens, as the command line says: `http://HOST:PORT`, `http://HOST:PORT?redirect`,
// `https://HOST:PORT?cert=FILE&key=FILE`. Pure but for the certificates, which are read again at each reload.
import { err, ok, type Result } from "../../shared/result.ts";
import { readCertificate } from "./certificate.ts";
import type { Socket } from "./workerd-config.ts";

export interface Listener {
  readonly name: string;
  /** What it was given with, for messages about it. */
  readonly option: "--port" | "--listen" | "--admin-port";
  readonly host: string;
  readonly port: number;
  readonly kind: "http" | "https" | "redirect" | "admin";
  readonly files?: { readonly cert: string; readonly key: string };
  /** Where https is for the clients, if that differs from where it is here. */
  readonly redirectPort?: number;
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
  if (scheme === undefined || host === undefined || !isPort(port)) return err(`${text}: ${FORM}`);
  const place = { name: `edge ${index}`, option: "--listen" as const, host, port: Number(port) };
  const given = [...new URLSearchParams(query.replaceAll("+", "%2B"))]; // the name of a file may have a plus sign
  const { cert, key, redirect, ...unknown } = Object.fromEntries(given);
  const isOdd = Object.keys(unknown).length > 0 || new Set(given.map(([name]) => name)).size < given.length;
  if (isOdd) return err(`${text}: ${FORM}`);
  if (scheme.toLowerCase() === "http") {
    if (cert !== undefined || key !== undefined) return err(`${text}: a certificate needs https`);
    if (redirect === undefined) return ok({ ...place, kind: "http" });
    if (redirect !== "" && !isPort(redirect))
      return err(`${text}: redirect=PORT names the port that clients know`);
    return ok({ ...place, kind: "redirect", ...(redirect !== "" && { redirectPort: Number(redirect) }) });
  }
  if (!cert || !key || redirect !== undefined) return err(`${text}: ${FORM}`);
  return ok({ ...place, kind: "https", files: { cert, key } });
}

const isPort = (text: string | undefined): boolean =>
  text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535;

/** A redirect leads to the port that it names, or to the first https port, as it was bound. The error names the faulty file. */
export async function socketsOf(listeners: readonly Listener[]): Promise<Result<Socket[], string>> {
  const httpsPort = listeners.find(({ kind }) => kind === "https")?.port;
  const sockets: Socket[] = [];
  for (const { name, host, port, kind, files, redirectPort } of listeners) {
    const tls = files && (await readCertificate(files.cert, files.key));
    if (tls && !tls.ok) return tls;
    const leadsTo = redirectPort ?? httpsPort;
    if (kind === "redirect" && leadsTo === undefined)
      return err("a redirect needs an https listener to lead to, or the port of another: redirect=443");
    const service =
      kind === "redirect"
        ? { kind: "redirect" as const, httpsPort: leadsTo ?? 0 }
        : { kind: kind === "admin" ? ("admin" as const) : ("edge" as const) };
    sockets.push({ name, address: addressOf(host, port), service, ...(tls && { tls: tls.value }) });
  }
  return ok(sockets);
}
