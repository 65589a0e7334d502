// Asks the keepers of the sites, each a Durable Object (keeper-object.ts), as JSON over fetch. It is the same whether the object is in
// this process, in another one or in another data centre. Every call has a time-out.
import { parsedJson } from "../../shared/parsed-json.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { type CommandObjection, readKeeperState } from "../keeping/keeper-state.ts";
import { readTally } from "../keeping/ledger.ts";
import type { Receipt, ReceiptObjection } from "../keeping/places.ts";
import { readSnapshot, SNAPSHOT_FORMAT } from "../keeping/snapshot.ts";
import type { KeeperFailure, Keepers } from "../ports.ts";
import { unpackedSet } from "../routing/address-set.ts";
import { endOf } from "./within.ts";

/** Where the keeper of a site is asked. The URL names the site as well. */
export type KeeperOf = (site: string) => { fetch(request: Request): Promise<Response> };

const READ_WITHIN_MS = 2_000;
/** An address list has up to some megabytes. */
const LIST_WITHIN_MS = 10_000;
/** A command may have to wait for a disk. */
const APPLY_WITHIN_MS = 10_000;

export function keepersAt(
  keeperOf: KeeperOf,
  withinMs = { read: READ_WITHIN_MS, apply: APPLY_WITHIN_MS, list: LIST_WITHIN_MS },
): Keepers {
  const ask = async <T>(site: string, path: string, asking: Asking<T>): Promise<Result<T, KeeperFailure>> => {
    const giveUp = new AbortController();
    const { ms } = asking;
    const answered = async () => {
      const body = asking.body === undefined ? null : JSON.stringify(asking.body);
      const url = `http://keeper/${path}${path.includes("?") ? "&" : "?"}site=${encodeURIComponent(site)}`;
      const init = { method: body === null ? "GET" : "POST", body, signal: giveUp.signal };
      const response = await keeperOf(site).fetch(new Request(url, init));
      return { status: response.status, bytes: await response.arrayBuffer() };
    };
    return endOf(answered(), ms, {
      arrived: ({ status, bytes }) => {
        if (status !== 200) return unavailable(`it answered ${status}: ${textOf(bytes.slice(0, 200))}`);
        const value = asking.read(bytes);
        return value === undefined
          ? unavailable(`it answered something else than a ${asking.what}`)
          : ok(value);
      },
      failed: (error) => unavailable(String(error)),
      late: () => {
        giveUp.abort();
        return unavailable(`no answer within ${ms} ms`);
      },
    });
  };
  const snapshot = {
    what: `snapshot of format ${SNAPSHOT_FORMAT}`,
    read: asText(readSnapshot),
    ms: withinMs.read,
  };
  return {
    read: (site) => ask(site, "snapshot", snapshot),
    report: (site, report) => ask(site, "report", { ...snapshot, body: report }),
    apply: async (site, command) =>
      flat(
        await ask<Result<{ revision: number }, CommandObjection>>(site, "apply", {
          what: "result",
          read: asText((text) => readResult(text)),
          ms: withinMs.apply,
          body: command,
        }),
      ),
    receipt: async (site, revision) =>
      flat(
        await ask<Result<Receipt, ReceiptObjection>>(site, `receipt?revision=${revision}`, {
          what: "result",
          read: asText((text) => readResult(text)),
          ms: withinMs.read,
        }),
      ),
    list: (site, { key, digest }) =>
      ask(site, `list?key=${encodeURIComponent(key)}&digest=${digest}`, {
        what: "address list",
        read: readList,
        ms: withinMs.list,
      }),
    tally: (site, lastMs) =>
      ask(site, `tally?last=${lastMs}`, {
        what: "tally",
        read: asText((text) => readTally(parsedJson(text))),
        ms: withinMs.read,
      }),
    inspect: (site) =>
      ask(site, "state", {
        what: "state",
        read: asText((text) => readKeeperState(parsedJson(text))),
        ms: withinMs.read,
      }),
  };
}

interface Asking<T> {
  readonly what: string;
  /** Undefined if the bytes are something else. */
  readonly read: (bytes: ArrayBuffer) => T | undefined;
  readonly ms: number;
  readonly body?: unknown;
}

const textOf = (bytes: ArrayBuffer): string => new TextDecoder().decode(bytes);

const asText =
  <T>(read: (text: string) => T | undefined) =>
  (bytes: ArrayBuffer): T | undefined =>
    read(textOf(bytes));

/** As words, if it is a list. */
export function readList(bytes: ArrayBuffer): Uint32Array | undefined {
  if (bytes.byteLength % 4 !== 0) return undefined;
  const words = new Uint32Array(bytes);
  return unpackedSet(words) ? words : undefined;
}

const unavailable = (message: string) => err<KeeperFailure>({ reason: "keeper-unavailable", message });

const flat = <T, E, F>(result: Result<Result<T, E>, F>): Result<T, E | F> =>
  result.ok ? result.value : result;

/** The object is of the same version of the code as its caller, or of the one before. */
function readResult<T, E>(text: string): Result<T, E> | undefined {
  const value = parsedJson(text);
  const isResult = typeof value === "object" && value !== null && "ok" in value;
  return isResult ? (value as Result<T, E>) : undefined;
}
