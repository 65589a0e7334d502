// Reads and checks a certificate and its key before anything starts, because workerd itself would only report that it
// failed.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { err, ok, type Result } from "../../shared/result.ts";

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The error is a sentence that names the faulty file and never its content. */
export async function readCertificate(
  certFile: string,
  keyFile: string,
): Promise<Result<Certificate, string>> {
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
