// Reads the versions that the record of a site names: the live one, and the next one while it is rolled out. A version that the
// isolate has is not read again. If the live one cannot be used, the last good site stays in use; without the next one, all
// clients get the live one.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Problem } from "../../shared/site/problem.ts";
import type { LiveVersions } from "../../shared/site/site-record.ts";
import type { Ports } from "../isolate.ts";
import type { Secrets, VersionName } from "../ports.ts";
import { compileVersion } from "./compile-stored.ts";
import { rolloutOf } from "./rollout.ts";
import { hasGood, type Kept, type KeptVersion } from "./site-shelf.ts";

export type ReadingPorts = Pick<Ports, "now" | "log" | "sites" | "shelf" | "secrets">;

interface RecordRead {
  readonly record: LiveVersions;
  readonly text: string;
  /** The fingerprint of the text. */
  readonly version: string;
  readonly before: Kept | undefined;
  readonly readAt: number;
}

interface Trouble {
  readonly version: string;
  readonly why: "missing" | "invalid" | "the store failed";
  readonly problems?: readonly Problem[];
  readonly error?: string;
}

type VersionRead = Result<KeptVersion, Trouble>;

export async function readVersions(read: RecordRead, ports: ReadingPorts): Promise<Kept> {
  const { record, text, version, before, readAt } = read;
  const { site, next } = record;
  const at = (name: string) => shelvedOrRead({ site, version: name }, before, ports);
  const [live, coming] = await Promise.all([at(record.live), next && at(next.version)]);
  const troubles = [live, coming].flatMap((one) => (one && !one.ok ? one.error : []));
  const told = troubles.length === 0 ? undefined : `${version} ${troubles.map(({ why }) => why).join()}`;
  if (told !== undefined && before?.told !== told) {
    ports.log.warn("a version of the site cannot be used; the last good one stays in use, if there is one", {
      pattern: site,
      versions: troubles,
    });
  }
  // What is missing may yet come, so the same record is not taken for known.
  const known = {
    version: told === undefined ? version : undefined,
    readAt,
    ...(told !== undefined && { told }),
  };
  if (!live.ok) {
    if (hasGood(before)) return { ...before, ...known };
    const reason = live.error.why === "invalid" ? "site-invalid" : "site-unavailable";
    return { ...known, found: err(reason), size: text.length };
  }
  const versions = coming?.ok ? [live.value, coming.value] : [live.value];
  const size = versions.reduce((sum, one) => sum + one.size, text.length);
  const found = next && coming?.ok ? rolloutOf(live.value.site, coming.value.site, next) : live.value.site;
  return { ...known, found: ok(found), versions, size };
}

async function shelvedOrRead(
  name: VersionName,
  before: Kept | undefined,
  { sites, secrets }: ReadingPorts,
): Promise<VersionRead> {
  const { version } = name;
  const shelved = before?.versions?.find((one) => one.version === version);
  if (shelved) return ok(shelved);
  try {
    const first = await asVersion(await sites.readVersion?.(name), version, secrets);
    // A data centre may keep for long that a version is not there yet, or what was broken and has been mended.
    return first.ok ? first : await asVersion(await sites.readVersion?.(name, "unseen"), version, secrets);
  } catch (error) {
    return err({ version, why: "the store failed", error: String(error) });
  }
}

async function asVersion(text: string | undefined, version: string, secrets: Secrets): Promise<VersionRead> {
  if (text === undefined) return err({ version, why: "missing" });
  const compiled = await compileVersion(text, version, secrets);
  return compiled.ok
    ? ok({ version, site: compiled.value, size: text.length })
    : err({ version, why: "invalid", problems: compiled.error });
}
