// The versions of the stored sites: what there is, and which of them clients get.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { AnswerOf, GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { versionNamed } from "../../shared/site/name-version.ts";
import type { SiteRecord } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import type { Ports } from "../isolate.ts";
import { changeVersion } from "../publishing/change-version.ts";
import { intentOf, type Wish } from "../publishing/intents.ts";
import { removeHostFrom } from "../publishing/remove-host.ts";
import { standingSite } from "../publishing/standing-site.ts";
import { storedSite } from "../publishing/stored-site.ts";
import { storedVersion } from "../publishing/stored-version.ts";
import { clearKeeper } from "./of-the-keeper.ts";
import { brokenOff, inStore, momentOf, writtenData } from "./the-store.ts";

/** Each takes a read of the store. */
const KEYS_A_PAGE = 100;

type RecordAnswer = AnswerOf<Operations["getVersions"]>;

/** The schema's arrays are not read-only. */
const recordData = (record: SiteRecord) => record as unknown as RecordAnswer;

export const listVersions = (
  { query }: GivenOf<Operations["listVersions"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["listVersions"]>, AdminRefusal>> =>
  inStore(ports, async (store) => {
    const listed = await store.list();
    if (!listed.ok) return listed;
    const prefix = siteKey("");
    const names = listed.value.map((key) => key.slice(prefix.length)).sort();
    const later = names.filter((name) => query.after === undefined || name > query.after);
    const page = later.slice(0, KEYS_A_PAGE);
    const read = await store.read(page.map(siteKey));
    if (!read.ok) return read;
    const found = await Promise.all(page.map((name) => standingSite(name, read.value)));
    const sites = found.flatMap((site) => (site ? [recordData(site.record)] : []));
    return ok({ sites, next: later.length > page.length ? (page.at(-1) ?? null) : null });
  });

export const getVersions = (
  { params }: GivenOf<Operations["getVersions"]>,
  ports: Ports,
): Promise<Result<RecordAnswer, AdminRefusal>> =>
  inStore(ports, async (store) => {
    const standing = await storedSite(store, params.site.toLowerCase());
    return standing.ok ? ok(recordData(standing.value.record)) : standing;
  });

export const getVersion = (
  { params }: GivenOf<Operations["getVersion"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["getVersion"]>, AdminRefusal>> =>
  inStore(ports, async (store) => {
    const standing = await storedSite(store, params.site.toLowerCase());
    if (!standing.ok) return standing;
    const named = versionNamed(params.version, standing.value.record);
    if (!named.ok) return named;
    const found = await storedVersion(store, standing.value, named.value);
    if (!found.ok) return found;
    const { version, json, source = null } = found.value;
    return ok({ site: standing.value.record.site, version, json, source });
  });

type ChangeAnswer = Result<AnswerOf<Operations["rollback"]>, AdminRefusal>;

export const rollback = ({ params, body }: GivenOf<Operations["rollback"]>, ports: Ports) =>
  changed(params.site, { kind: "rollback", version: body.version }, ports);

export const promote = ({ params }: GivenOf<Operations["promote"]>, ports: Ports) =>
  changed(params.site, { kind: "promote" }, ports);

export const abort = ({ params }: GivenOf<Operations["abort"]>, ports: Ports) =>
  changed(params.site, { kind: "abort" }, ports);

export const setShare = ({ params, body }: GivenOf<Operations["setShare"]>, ports: Ports) =>
  changed(params.site, { kind: "share", ...body }, ports);

async function changed(site: string, wish: Wish, ports: Ports): Promise<ChangeAnswer> {
  const moment = momentOf(ports);
  const change = await inStore(ports, (store) =>
    changeVersion(store, site.toLowerCase(), (record) => intentOf(wish, record, moment)),
  );
  if (!change.ok) return change;
  const { before, after, written } = change.value;
  const answer = { before: recordData(before), after: recordData(after), written: writtenData(written) };
  return written.failure === undefined ? ok(answer) : brokenOff(written, answer);
}

export async function removeHost(
  { params }: GivenOf<Operations["removeHost"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["removeHost"]>, AdminRefusal>> {
  const host = params.host.toLowerCase();
  const removed = await inStore(ports, async (store) => ok(await removeHostFrom(store, host)));
  if (!removed.ok) return removed;
  if (!removed.value) return err({ reason: "unknown-host", host });
  if (!removed.value.ok) return err({ reason: "sites-unavailable" });
  const { site, written } = removed.value.value;
  const report = { site, removed: [...written.done] };
  if (written.failure !== undefined) return brokenOff(written, report);
  if (site === host) await clearKeeper(site, ports);
  return ok(report);
}
