// What do a rollback, a promotion, an abort and a new share make of the record of a site? Pure. The errors are sentences.
import { err, ok, type Result } from "../../shared/result.ts";
import { versionNamed } from "../../shared/site/name-version.ts";
import { aborted, promoted, rolledBack, rolledOut, versionBefore } from "../../shared/site/record-changes.ts";
import type { SiteRecord } from "../../shared/site/site-record.ts";
import type { Moment } from "./site-plan.ts";

export interface Intent {
  /** The version that has to be there and valid. */
  readonly version: string;
  /** `hosts` are its own. */
  after(hosts: readonly string[]): SiteRecord;
}

/** What is wanted of a site. `version` is a version, or its beginning. */
export type Wish =
  | { readonly kind: "rollback"; readonly version?: string | undefined }
  | { readonly kind: "promote" }
  | { readonly kind: "abort" }
  | { readonly kind: "share"; readonly version: string; readonly share: number };

export function intentOf(wish: Wish, record: SiteRecord, { now, salt }: Moment): Result<Intent, string> {
  const { site, live, next } = record;
  switch (wish.kind) {
    case "rollback": {
      const named = wish.version === undefined ? versionBefore(record) : versionNamed(wish.version, record);
      if (!named.ok) return named;
      const version = named.value;
      return ok({ version, after: (hosts) => rolledBack(record, { version, hosts }) });
    }
    case "promote":
      if (!next) return err(`${site} has no rollout under way: nothing can be promoted`);
      return ok({ version: next.version, after: (hosts) => promoted(record, hosts) });
    case "abort":
      if (!next) return err(`${site} has no rollout under way: nothing can be aborted`);
      return ok({ version: live, after: (hosts) => aborted(record, hosts) });
    case "share": {
      const named = versionNamed(wish.version, record);
      if (!named.ok) return named;
      const version = named.value;
      if (version === live) return err(`version ${live} of ${site} is live for everybody already`);
      const { share } = wish;
      const after = (hosts: readonly string[]) =>
        rolledOut(record, { site, version, hosts, liveHosts: record.hosts, share, salt, now });
      return ok({ version, after });
    }
  }
}
