// Basic: is it the password of this user?
import type { Ports } from "../../isolate.ts";
import type { Way } from "../authentication/auth.ts";
import { readBasic } from "../authentication/basic-credentials.ts";
import { type Proof, provenAs, WRONG } from "../authentication/proof.ts";

type Basic = Extract<Way, { kind: "basic" }>;

/** So long is a password not computed again. A user who is taken out of the site file is out at once, because the rules are others. */
const KEPT_MS = 5 * 60_000;

export async function provenByPassword(
  text: string,
  way: Basic,
  { now, proving, remembered }: Pick<Ports, "now" | "proving" | "remembered">,
): Promise<Proof> {
  const given = readBasic(text);
  if (!given) return WRONG;
  const { name, password } = given;
  const key = await proving.fingerprint(`${name}:${password}`);
  const known = remembered.get(way, key, now());
  if (known) return known;
  const own = way.users.get(name);
  // Takes as long for a name that nobody has, so that the time does not tell which names there are.
  const [hash = own] = own ? [own] : way.users.values();
  const isRight = hash !== undefined && (await proving.isPassword(password, hash));
  if (!own || !isRight) return WRONG;
  const proof = provenAs(name);
  remembered.keep(way, key, { value: proof, until: now() + KEPT_MS, weight: name.length });
  return proof;
}
