// Where `headgate serve` listens, as the command line says: `http://HOST:PORT`, `http://HOST:PORT?redirect`,
// `https://HOST:PORT?cert=FILE&key=FILE`. Pure but for the certificates, which are read again at each reload.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Socket } from "./workerd-config.ts";

export interface Listener {
  readonly name: string;
  /** What it was given with, for messages about it. */
  readonly option: "--port" | "--listen";
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
  const place = { name: `edge ${index}`, option: "--listen" as const, host, port: Number(port) };
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

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads and checks a certificate and its key before anything starts, because workerd itself would only report that it failed.
 * The error is a sentence that names the faulty file and never its content.
 */
async function readCertificate(certFile: string, keyFile: string): Promise<Result<Certificate, string>> {
  const cert = await readText(certFile);
  if (!cert.ok) return cert;
  const key = await readText(keyFile);
  if (!key.ok) return key;
  const certificate = attempt(() => new X509Certificate(cert.value));
  if (!certificate) return err(`${certFile} holds no certificate in PEM form`);
  const privateKey = attempt(() => createPrivateKey(key.value));
  if (!privateKey) return err(`${keyFile} holds no private key in PEM form without a passphrase`);
  if (!certificate.checkPrivateKey(privateKey)) return err(`${keyFile} is not the key of ${certFile}`);
  return ok({ cert: cert.value, key: key.value });
}

async function readText(file: string): Promise<Result<string, string>> {
  try {
    return ok(await readFile(file, "utf8"));
  } catch (error) {
    return err(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
