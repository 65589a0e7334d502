// The stored sites of a running edge, over its admin API: what the commands ask of a store, the edge does itself.
import type { HostMove } from "../../shared/admin/admin-refusal.ts";
import type { AnswerOf } from "../../shared/admin/operation.ts";
import { OPERATIONS, type Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { readRecord, type SiteRecord } from "../../shared/site/site-record.ts";
import type { VersionChange } from "../../worker/publishing/change-version.ts";
import type { Wish } from "../../worker/publishing/intents.ts";
import type { Wishes } from "../../worker/publishing/push-sites.ts";
import type { Written } from "../../worker/publishing/site-store.ts";
import { onlyOf } from "../../worker/publishing/stored-site.ts";
import { bothWritten, NOTHING_WRITTEN } from "../../worker/publishing/written.ts";
import type { LoadedSite } from "../judge-file.ts";
import { readVersion } from "../versioning/read-version.ts";
import type { ReportedPush, StoredSites } from "../versioning/stored-sites.ts";
import { type AdminClient, type AdminFailure, pagesOf } from "./admin-client.ts";

/** The edge takes so many at once, and so many bytes. */
const SITES_A_CALL = 50;
const BYTES_A_CALL = 4 * 1_048_576;

export function sitesAtEdge(client: AdminClient): StoredSites {
  const siteOf = async (host: string | undefined): Promise<Result<string, string>> => {
    if (host !== undefined) return ok(host);
    const all = await recordsOf(client);
    const only = all.ok ? onlyOf(all.value, (record) => record.site) : all;
    return only.ok ? ok(only.value.site) : only;
  };
  return {
    push: (sites, wishes) => pushAll(client, sites, wishes),
    records: async (host) => {
      if (host === undefined) return recordsOf(client);
      const one = await client.call("getVersions", { params: { site: host } });
      return one.ok ? ok([asRecord(one.value)]) : sentence(one.error);
    },
    version: async (host, word) => {
      const site = await siteOf(host);
      if (!site.ok) return site;
      const found = await client.call("getVersion", { params: { site: site.value, version: word } });
      if (!found.ok) return sentence(found.error);
      const { version, json, source } = found.value;
      return readVersion({ version, json, source: source ?? undefined });
    },
    change: async (host, wish) => {
      const site = await siteOf(host);
      return site.ok ? change(client, site.value, wish) : site;
    },
  };
}

const sentence = ({ sentence: text }: AdminFailure) => err(text.replace(/\.$/, ""));

/** With a report of what was written before. */
const isBrokenOff = (reason: string): boolean => reason === "broke-off" || reason === "changed-meanwhile";

const asRecord = (answer: AnswerOf<Operations["getVersions"]>): SiteRecord => {
  const read = readRecord({ ...answer });
  if (!read.ok) throw new Error("the edge has answered with a record of another form");
  return read.value;
};

async function recordsOf(client: AdminClient): Promise<Result<readonly SiteRecord[], string>> {
  const pages = await pagesOf((after) => client.call("listVersions", { query: { after } }));
  return pages.ok ? ok(pages.value.flatMap(({ sites }) => sites.map(asRecord))) : sentence(pages.error);
}

/** In the order of the files, a part of them at a time. A part that is refused ends it, and what was written before is told. */
async function pushAll(
  client: AdminClient,
  sites: readonly LoadedSite[],
  wishes: Wishes,
): Promise<Result<ReportedPush, string>> {
  let report: ReportedPush | undefined;
  const parts = partsOf(sites);
  for (const [at, part] of parts.entries()) {
    // What no file names any more goes when all that is named is there.
    const removeHosts = at === parts.length - 1 ? wishes.removeHosts : [];
    const pushed = await pushPart(client, part, { ...wishes, removeHosts });
    if (pushed.ok) report = joined(report, pushed.value);
    else if (report === undefined) return pushed;
    else {
      const failed = { ...report.written, failure: pushed.error };
      return ok({ ...report, written: failed });
    }
    if (report.refused.length > 0 || report.written.failure !== undefined) return ok(report);
  }
  return report ? ok(report) : err("there is no site to push");
}

function partsOf(sites: readonly LoadedSite[]): LoadedSite[][] {
  const parts: LoadedSite[][] = [];
  let bytes = 0;
  for (const site of sites) {
    const size = site.json.length + (site.source?.length ?? 0);
    const last = parts.at(-1);
    if (!last || last.length === SITES_A_CALL || bytes + size > BYTES_A_CALL) {
      parts.push([site]);
      bytes = size;
    } else {
      last.push(site);
      bytes += size;
    }
  }
  return parts;
}

async function pushPart(
  client: AdminClient,
  sites: readonly LoadedSite[],
  { takeHosts, removeHosts, prune, share }: Wishes,
): Promise<Result<ReportedPush, string>> {
  const answer = await client.call("publish", {
    body: {
      sites: sites.map(({ json, source }) => ({ file: JSON.parse(json), source })),
      takeHosts: [...takeHosts],
      removeHosts: [...removeHosts],
      prune,
      share,
    },
  });
  if (answer.ok) return ok(asPush(answer.value));
  const { reason, problem } = answer.error;
  if (reason === "host-of-another-site")
    return ok({ ...NOTHING_PUSHED, refused: problem?.moves as HostMove[] });
  const report = OPERATIONS.publish.answer.safeParse(problem?.report);
  return isBrokenOff(reason) && report.success ? ok(asPush(report.data)) : sentence(answer.error);
}

const NOTHING_PUSHED: ReportedPush = {
  changes: [],
  refused: [],
  leftovers: [],
  written: NOTHING_WRITTEN,
  removed: NOTHING_WRITTEN,
};

const asPush = ({ changes, leftovers, written, removed }: AnswerOf<Operations["publish"]>): ReportedPush => ({
  changes: changes.map((one) => ({
    ...one,
    plan: one.plan && {
      version: one.plan.version,
      before: one.plan.before,
      share: one.plan.share,
      ended: one.plan.ended,
    },
  })),
  refused: [],
  leftovers,
  written: asWritten(written),
  removed: asWritten(removed),
});

const asWritten = ({ done, unsure, failure }: AnswerOf<Operations["publish"]>["written"]): Written => ({
  done: new Set(done),
  unsure: new Set(unsure),
  failure,
});

function joined(before: ReportedPush | undefined, after: ReportedPush): ReportedPush {
  if (!before) return after;
  return {
    changes: [...before.changes, ...after.changes],
    refused: after.refused,
    leftovers: [...before.leftovers, ...after.leftovers],
    written: bothWritten(before.written, after.written),
    removed: bothWritten(before.removed, after.removed),
  };
}

async function change(client: AdminClient, site: string, wish: Wish): Promise<Result<VersionChange, string>> {
  const params = { site };
  const answer = await (() => {
    switch (wish.kind) {
      case "rollback":
        return client.call("rollback", { params, body: { version: wish.version } });
      case "share":
        return client.call("setShare", { params, body: { version: wish.version, share: wish.share } });
      default:
        return client.call(wish.kind, { params, body: {} });
    }
  })();
  if (answer.ok) return ok(asChange(answer.value));
  const { reason, problem } = answer.error;
  const report = OPERATIONS.rollback.answer.safeParse(problem?.report);
  return isBrokenOff(reason) && report.success ? ok(asChange(report.data)) : sentence(answer.error);
}

const asChange = ({ before, after, written }: AnswerOf<Operations["rollback"]>): VersionChange => ({
  before: asRecord(before),
  after: asRecord(after),
  written: asWritten(written),
});
