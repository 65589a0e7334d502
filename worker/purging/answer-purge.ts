// Answers a request to purge: whoever may purge is told what is wrong with the request, or from which revision the purge is in force.
// Anyone else is told nothing.
import { tokenOf } from "../../shared/admin/tokens.ts";
import { isSame } from "../../shared/is-same.ts";
import { type Decision, refused } from "../decision.ts";
import type { Ports } from "../isolate.ts";
import { nameOf } from "../keeping/mark-names.ts";
import type { PurgeCommand } from "../keeping/purge-command.ts";
import { ownReply } from "../message.ts";
import type { Outcome, Visit } from "../outcome.ts";
import { purgePurpose } from "./purge-rules.ts";
import { purgesAsked } from "./purges-asked.ts";
import { claimedSignature, type SignatureObjection, splitTarget } from "./signature.ts";

type PurgePorts = Pick<Ports, "signing" | "digest" | "keepers" | "purgeMemory" | "now" | "log">;
type ToPurge = Extract<Decision, { kind: "purge" }>;

/** `url`: as the client sent it, because that is what has been signed. */
export async function answerPurge(
  purge: ToPurge,
  url: string,
  visit: Visit,
  ports: PurgePorts,
): Promise<Outcome> {
  const { asked, site } = purge;
  const known = { asked, site };
  const objection = await objectionToCaller(purge, url, ports);
  if (objection !== undefined) {
    // Scanners send neither a signature nor a token, and would fill the log.
    const { ip: client } = asked.client;
    if (objection !== "not-signed")
      ports.log.warn("a request to purge was refused", { site: site.name, client, because: objection });
    return refused({ reason: "purge-refused" }, visit, known);
  }
  const commands = purgesAsked(asked, site);
  if (!commands.ok) return refused({ reason: "purge-unreadable", because: commands.error }, visit, known);
  if (!ports.keepers) return refused({ reason: "no-keeper" }, visit, known);
  let revision: number | null = null;
  for (const command of commands.value) {
    const applied = await ports.keepers.apply(site.name, command);
    if (!applied.ok) {
      ports.log.warn("a purge could not be told to the keeper", { site: site.name, ...applied.error });
      return refused({ reason: "keeper-unavailable" }, visit, known);
    }
    revision = applied.value.revision;
  }
  rememberHere(site.name, commands.value, ports);
  const headers = new Headers({ "content-type": "application/json", "cache-control": "no-store" });
  return { ...known, reply: ownReply(200, headers, `${JSON.stringify({ site: site.name, revision })}\n`) };
}

/** In this isolate it is in force at once, so that whoever purges and looks sees it. A soft purge waits for the keeper's revision. */
function rememberHere(site: string, commands: readonly PurgeCommand[], ports: PurgePorts): void {
  const names = commands.filter(({ mode }) => mode === "hard").map(({ what }) => nameOf(what));
  if (names.length > 0) ports.purgeMemory.record(site, names, ports.now());
}

async function objectionToCaller(
  { asked, site, rules }: ToPurge,
  url: string,
  { signing, digest, now }: PurgePorts,
): Promise<
  SignatureObjection | "other-address" | "unknown-token" | "no-secret" | "wrong-signature" | undefined
> {
  const { method, scheme, authority, headers } = asked;
  const [, token] = /^bearer +([^\s,]{1,4096}) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (rules.from && !rules.from.has(asked.client.ip)) return "other-address";
  if (token !== undefined && rules.tokens.length > 0) {
    const sha256 = await digest(new TextEncoder().encode(token));
    const known = rules.tokens.map((one) => ({ name: "", scopes: [], sha256: one }));
    return tokenOf(sha256, known) ? undefined : "unknown-token";
  }
  if (!rules.isSigned) return "not-signed";
  const toVerify = { method, scheme, authority, ...splitTarget(url), headers };
  const claimed = claimedSignature(toVerify, { withinMs: rules.withinMs, now: now() });
  if (!claimed.ok) return claimed.error;
  if (!signing) return "no-secret";
  const right = await signing.mac(purgePurpose(site.name), claimed.value.base);
  return isSame(right, claimed.value.signature) ? undefined : "wrong-signature";
}
