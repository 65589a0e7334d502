// Signs a request to purge (RFC 9421, hmac-sha256), as worker/purging/signature.ts verifies it.
import { createHmac } from "node:crypto";
import { purgePurpose } from "../../worker/purging/purge-rules.ts";

export interface ToSign {
  readonly method: string;
  readonly url: URL;
  /** In lower case, each once. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly createdSeconds: number;
}

/** The key with which a site's requests to purge are signed: hexadecimal digits, used as they are. */
export const purgeKeyOf = (secret: string, site: string): string =>
  createHmac("sha256", secret).update(purgePurpose(site)).digest("hex");

/** The header fields to send with the request. */
export function signatureFields({ method, url, fields, createdSeconds }: ToSign, key: string): string[] {
  const covered: (readonly [name: string, value: string])[] = [
    ["@method", method],
    ["@authority", url.host],
    ["@path", url.pathname],
    ["@query", url.search || "?"],
    ...fields,
  ];
  const names = covered.map(([name]) => `"${name}"`).join(" ");
  const parameters = `(${names});created=${createdSeconds};alg="hmac-sha256"`;
  const lines = covered.map(([name, value]) => `"${name}": ${value}`);
  const base = [...lines, `"@signature-params": ${parameters}`].join("\n");
  const code = createHmac("sha256", key).update(base).digest("base64");
  return [`Signature-Input: purge=${parameters}`, `Signature: purge=:${code}:`];
}
