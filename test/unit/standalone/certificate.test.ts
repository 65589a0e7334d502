// The certificates and keys that an operator may hand over. What the runtime would refuse, or take and then serve to nobody, is told
// before anything starts.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCertificate } from "../../../cli/standalone/certificate.ts";

const TLS = path.join(import.meta.dirname, "../../support/tls");

describe("a certificate", () => {
  let folder: string;
  let cert: string;
  let key: string;
  const file = (name: string) => path.join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-certificates-"));
    cert = await readFile(path.join(TLS, "localhost.crt"), "utf8");
    key = await readFile(path.join(TLS, "localhost.key"), "utf8");
  });
  afterAll(() => rm(folder, { recursive: true }));

  const readTexts = async (certText: string, keyText: string) => {
    await writeFile(file("cert.pem"), certText);
    await writeFile(file("key.pem"), keyText);
    const read = await readCertificate(file("cert.pem"), file("key.pem"));
    return read.ok ? read.value : read.error.replaceAll(`${folder}/`, "");
  };

  it.each([
    ["as it is", (text: string) => text],
    ["with the line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
    ["without a line end at its end", (text: string) => text.trimEnd()],
    ["with remarks before it", (text: string) => `Bag Attributes\n    friendlyName: Zürich "1"\n${text}`],
    ["with the mark of an editor before it", (text: string) => `\ufeff${text}`],
    ["with many others after it", (text: string) => text.repeat(60)],
  ])("is taken %s", async (_how, change) => {
    expect(await readTexts(change(cert), change(key))).toMatchObject({ concern: undefined });
  });

  it("reaches the runtime without the mark of an editor, which it does not skip", async () => {
    expect(await readTexts(`\ufeff${cert}`, `\ufeff${key}`)).toMatchObject({ cert, key });
  });

  const END = "-----END CERTIFICATE-----\n";
  it.each<[what: string, change: (cert: string, key: string) => [string, string], sentence: string]>([
    ["no certificate", () => ["nonsense", key], "cert.pem holds no certificate in PEM form"],
    ["a key in its place", () => [key, cert], "cert.pem holds no certificate in PEM form"],
    ["no key", () => [cert, "nonsense"], "key.pem holds no private key in PEM form without a passphrase"],
    // workerd takes this chain, and every client refuses the connection.
    [
      "a chain with a part that is none",
      () => [`${cert}-----BEGIN CERTIFICATE-----\nbm9uZQ==\n${END}`, key],
      "cert.pem is damaged: its certificate number 2 cannot be read",
    ],
    [
      "a chain that is cut off",
      () => [cert + cert.slice(0, 200), key],
      "cert.pem is damaged: its certificate number 2 cannot be read",
    ],
  ])("is refused with %s", async (_what, change, sentence) => {
    expect(await readTexts(...change(cert, key))).toBe(sentence);
  });

  it("is refused with the key of another", async () => {
    const other = await readFile(path.join(TLS, "other.key"), "utf8");
    expect(await readTexts(cert, other)).toBe("key.pem is not the key of cert.pem");
    expect(await readTexts(cert + cert, other)).toBe(
      "key.pem is not the key of the first certificate in cert.pem",
    );
  });

  it.each([
    ["taken", "P-256", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], undefined],
    ["taken", "P-384", ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], undefined],
    ["taken", "Ed25519", ["ed25519"], undefined],
    ["refused", "P-521", ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"], "a key of the kind ec (secp521r1)"],
    [
      "refused",
      "secp256k1",
      ["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
      "a key of the kind ec (secp256k1)",
    ],
    ["refused", "Ed448", ["ed448"], "a key of the kind ed448"],
    ["refused", "RSA with 1024 bits", ["rsa:1024"], "a key of the kind rsa (1024 bits)"],
    ["refused", "RSA with 2304 bits", ["rsa:2304"], "a key of the kind rsa (2304 bits)"],
  ])("is %s with a key of %s", async (_verdict, _kind, words, sentence) => {
    const files = { cert: file("made.crt"), key: file("made.key") };
    await promisify(execFile)("openssl", [
      ...["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-newkey", ...words],
      ...["-keyout", files.key, "-out", files.cert],
    ]);
    const read = await readCertificate(files.cert, files.key);
    if (sentence === undefined) expect(read).toMatchObject({ ok: true });
    else
      expect(read).toMatchObject({ ok: false, error: expect.stringContaining(`made.key is ${sentence}; `) });
  });

  it.each([
    ["2020-01-01", /cert\.pem is valid from \S+ only; clients refuse it$/],
    ["2999-01-01", /cert\.pem expired on \S+; clients refuse it$/],
  ])("is served and reported when it is not valid, as on %s", async (day, sentence) => {
    await writeFile(file("cert.pem"), cert);
    await writeFile(file("key.pem"), key);
    const read = await readCertificate(file("cert.pem"), file("key.pem"), new Date(day));
    expect(read).toMatchObject({ ok: true, value: { concern: expect.stringMatching(sentence) } });
  });
});
