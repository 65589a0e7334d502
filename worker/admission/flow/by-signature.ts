// A signed link or cookie: has this site signed it, and does it cover the request?
import { isSame } from "../../../shared/is-same.ts";
import type { Asked } from "../../message.ts";
import { overridesOf } from "../../routing/method-overrides.ts";
import type { Way } from "../authentication/auth.ts";
import { type Proof, UNAVAILABLE, WRONG } from "../authentication/proof.ts";
import {
  codeOf,
  grantPurpose,
  objectionToGrant,
  readGrant,
  readSigned,
} from "../authentication/signed-grant.ts";
import type { ProvingPorts } from "./proving-ports.ts";

type Signed = Extract<Way, { kind: "signed" }>;

export async function provenBySignature(
  token: string,
  way: Signed,
  asked: Asked,
  ports: ProvingPorts,
): Promise<Proof> {
  const signed = readSigned(token);
  const methods = [asked.method, ...overridesOf(asked.headers)];
  if (!signed || !methods.every((method) => way.methods.has(method))) return WRONG;
  const codes = await codesOf(signed.text, way, ports);
  if (codes.length === 0) return UNAVAILABLE;
  // Each is compared, so that the time does not tell which secret it was.
  if (codes.filter((code) => isSame(code, signed.code)).length === 0) return WRONG;
  const grant = readGrant(signed.text);
  if (!grant || objectionToGrant(grant, asked, { query: way.query, now: ports.now() })) return WRONG;
  return { kind: "proven", claims: grant.subject === undefined ? {} : { sub: grant.subject } };
}

/** What the code of the text would be under each of the secrets. Empty if there is none. */
async function codesOf(
  text: string,
  { site, secrets: names }: Signed,
  { signing, secrets, proving, log }: ProvingPorts,
): Promise<readonly string[]> {
  const named = names.flatMap((name) => {
    const secret = secrets(site, name, "key");
    return secret === undefined ? [] : [proving.signingBy(secret)];
  });
  const own = names.length === 0 && signing ? [signing] : [];
  if (names.length === 0 && !signing)
    log.warn("HEADGATE_SECRET is not set, so no signed link is good", { site });
  const macs = [...named, ...own].map((one) => one.mac(grantPurpose(site), text));
  return (await Promise.all(macs)).map(codeOf);
}
