// What the keeper of a site is asked and told by the admin API.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { AnswerOf, GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Ports } from "../isolate.ts";
import type { Command, CommandObjection, KeeperState } from "../keeping/keeper-state.ts";
import type { Tally } from "../keeping/ledger.ts";
import type { ReceiptObjection } from "../keeping/places.ts";
import type { KeeperFailure, Keepers } from "../ports.ts";
import type { CompiledSite } from "../site.ts";
import { siteNamed } from "./sites.ts";

export async function getKeeper(
  { params }: GivenOf<Operations["getKeeper"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["getKeeper"]>, AdminRefusal>> {
  return asked(params.site, ports, async (keepers) => {
    const state = await keepers.inspect(params.site);
    return state.ok ? ok({ ...state.value }) : state;
  });
}

export async function getTally(
  { params, query }: GivenOf<Operations["getTally"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["getTally"]>, AdminRefusal>> {
  return asked(params.site, ports, async (keepers) => {
    const tally = await keepers.tally(params.site, query.last);
    return tally.ok ? ok(asAnswer(tally.value)) : tally;
  });
}

/** The schema's arrays are not read-only. */
const asAnswer = (tally: Tally) => tally as unknown as AnswerOf<Operations["getTally"]>;

const SWITCHES = ["maintenance", "cacheOff", "kill"] as const;

export async function setSwitch(
  { params, body }: GivenOf<Operations["setSwitch"]>,
  ports: Ports,
): Promise<Result<{ revision: number }, AdminRefusal>> {
  const name = SWITCHES.find((known) => known === params.switch);
  if (!name) return err({ reason: "unknown-switch", known: SWITCHES });
  const { on, retryAfterSeconds } = body;
  if (retryAfterSeconds !== undefined && !(name === "maintenance" && on)) {
    const message = "belongs to maintenance that is turned on";
    return err({ reason: "invalid-input", problems: [{ path: "retryAfterSeconds", message }] });
  }
  const command: Command =
    name !== "maintenance" || !on
      ? { kind: "switch", name, on: on as false }
      : { kind: "switch", name, on, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  return told(params.site, command, ports);
}

/** The revision from which the command is in force. */
export function told(
  site: string,
  command: Command,
  ports: Ports,
): Promise<Result<{ revision: number }, AdminRefusal>> {
  return asked(site, ports, (keepers) => keepers.apply(site, command));
}

/**
 * The site is gone, and its keeper remains. A site that gets the name later begins with all switches off and no origin drained, and
 * finds nothing that was stored for this one. The removal stands if the keeper does not answer.
 */
export async function clearKeeper(
  site: string,
  { keepers, log }: Pick<Ports, "keepers" | "log">,
): Promise<void> {
  if (!keepers) return;
  const failed = (reason: string) =>
    log.warn("the keeper of a removed site was not cleared", { site, reason });
  const state = await keepers.inspect(site);
  if (!state.ok) return failed(state.error.reason);
  for (const command of clearing(state.value)) {
    const told = await keepers.apply(site, command);
    if (!told.ok) return failed(told.error.reason);
  }
}

function clearing({ origins }: KeeperState): Command[] {
  const drained = Object.entries(origins).filter(([, told]) => told.drained);
  return [
    ...SWITCHES.map((name): Command => ({ kind: "switch", name, on: false })),
    ...drained.map(([name]): Command => {
      const [pool = "", origin = ""] = name.split("/");
      return { kind: "drain", pool, origin, on: false };
    }),
    { kind: "purge", what: { by: "all" }, mode: "hard", overMs: 0 },
  ];
}

export async function getReceipt(
  { params }: GivenOf<Operations["getReceipt"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["getReceipt"]>, AdminRefusal>> {
  if (!/^\d{1,15}$/.test(params.revision)) return err({ reason: "unknown-revision" });
  return asked(params.site, ports, async (keepers) => {
    const receipt = await keepers.receipt(params.site, Number(params.revision));
    return receipt.ok ? ok({ ...receipt.value, places: [...receipt.value.places] }) : receipt;
  });
}

type Objection =
  | KeeperFailure
  | CommandObjection
  | ReceiptObjection
  | Extract<AdminRefusal, { reason: OwnReason }>;

/** What the handlers themselves object to. */
type OwnReason = "invalid-input" | "unknown-pool" | "unknown-origin" | "last-origin";

/** Only the keeper of a site that there is: any other name would make a new one. */
export async function asked<T>(
  site: string,
  ports: Ports,
  ask: (keepers: Keepers, compiled: CompiledSite) => Promise<Result<T, Objection>>,
): Promise<Result<T, AdminRefusal>> {
  const { keepers, log } = ports;
  if (!keepers) return err({ reason: "no-keeper" });
  const found = await siteNamed(site, ports);
  if (!found.ok) return found;
  const answered = await ask(keepers, found.value);
  if (answered.ok) return answered;
  if (answered.error.reason === "keeper-unavailable")
    log.warn("a keeper did not answer", { site, ...answered.error });
  return err(refusalOf(answered.error));
}

function refusalOf(objection: Objection): AdminRefusal {
  switch (objection.reason) {
    case "keeper-unavailable":
      return { reason: "keeper-unavailable" };
    case "unknown-revision":
      return { reason: "unknown-revision" };
    case "invalid-input":
    case "unknown-pool":
      return objection;
    case "unknown-origin":
    case "last-origin":
      if ("pool" in objection) return objection;
      break;
  }
  // The input is checked before, so the keeper runs another version of the code.
  return { reason: "keeper-objects", objection: objection.reason };
}
