// Is this a certificate with its private key, of a kind that the runtime takes? Read and checked before anything starts: workerd
// takes a chain with a broken part without a word, and then every client refuses the connection. A sentence names the faulty file
// and never its content.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { err, ok, type Result } from "../../shared/result.ts";

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** What is wrong with it that a renewal would mend. It is served all the same. */
  readonly concern?: string | undefined;
}

export async function readCertificate(
  certFile: string,
  keyFile: string,
  now = new Date(),
): Promise<Result<Certificate, string>> {
  const cert = await readText(certFile);
  if (!cert.ok) return cert;
  const key = await readText(keyFile);
  if (!key.ok) return key;
  const chain = readChain(cert.value, certFile);
  if (!chain.ok) return chain;
  const [first] = chain.value;
  const privateKey = attempt(() => createPrivateKey(key.value));
  if (!privateKey) return err(`${keyFile} holds no private key in PEM form without a passphrase`);
  if (!first?.checkPrivateKey(privateKey)) {
    const where = chain.value.length > 1 ? "the first certificate in " : "";
    return err(`${keyFile} is not the key of ${where}${certFile}`);
  }
  if (!isTaken(privateKey)) return err(`${keyFile} is ${describe(privateKey)}; ${KINDS}`);
  return ok({ cert: cert.value, key: key.value, concern: concernAbout(first, certFile, now) });
}

/** Certificates of authorities, in one file. */
export async function readAuthorities(
  file: string,
  now = new Date(),
): Promise<Result<{ readonly text: string; readonly concern: string | undefined }, string>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const chain = readChain(text.value, file);
  if (!chain.ok) return chain;
  const stranger = chain.value.find(({ ca }) => !ca);
  if (stranger) return err(`${file} holds a certificate that is of no authority: ${nameOf(stranger)}`);
  const expired = chain.value.find(({ validToDate }) => now > validToDate);
  const concern =
    expired &&
    `${file}: ${nameOf(expired)} expired on ${expired.validToDate.toISOString()}; it proves no origin`;
  return ok({ text: text.value, concern });
}

const nameOf = ({ subject }: X509Certificate): string => (subject ?? "").replaceAll("\n", ", ");

const BEGIN = "-----BEGIN CERTIFICATE-----";

function readChain(text: string, file: string): Result<X509Certificate[], string> {
  const parts = text.split(BEGIN).slice(1);
  if (parts.length === 0) return err(`${file} holds no certificate in PEM form`);
  const chain: X509Certificate[] = [];
  for (const [index, part] of parts.entries()) {
    const certificate = attempt(() => new X509Certificate(`${BEGIN}${part}`));
    if (certificate) chain.push(certificate);
    else if (parts.length === 1) return err(`${file} holds no certificate in PEM form`);
    else return err(`${file} is damaged: its certificate number ${index + 1} cannot be read`);
  }
  return ok(chain);
}

function concernAbout({ validFromDate, validToDate }: X509Certificate, file: string, now: Date) {
  if (now > validToDate) return `${file} expired on ${validToDate.toISOString()}; clients refuse it`;
  if (now < validFromDate)
    return `${file} is valid from ${validFromDate.toISOString()} only; clients refuse it`;
  return undefined;
}

/** What workerd takes. It says of any other key that it cannot parse it. */
function isTaken({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = "" } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === "rsa") return [2_048, 3_072, 4_096].includes(modulusLength);
  if (asymmetricKeyType === "ec") return namedCurve === "prime256v1" || namedCurve === "secp384r1";
  return asymmetricKeyType === "ed25519";
}

const KINDS = "the runtime takes RSA of 2048, 3072 or 4096 bits, ECDSA with P-256 or P-384, and Ed25519";

function describe({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  const size = namedCurve ?? (modulusLength === undefined ? "" : `${modulusLength} bits`);
  return `a key of the kind ${asymmetricKeyType}${size === "" ? "" : ` (${size})`}`;
}

/** Without the mark that some editors put in front, which workerd does not skip. */
async function readText(file: string): Promise<Result<string, string>> {
  try {
    return ok((await readFile(file, "utf8")).replace(/^\ufeff/, ""));
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
