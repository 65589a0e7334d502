// Writes the new record of a site, after what it needs: the text of a site that was stored before there were versions, and the
// pointers of hosts that the version has. The record is last, and with it everything changes at once. The error is a sentence.
import { err, ok, type Result } from "../../shared/result.ts";
import { recordText, type SiteRecord } from "../../shared/site/site-record.ts";
import { siteKey, storedEntries } from "../../shared/site/stored.ts";
import type { Present, SiteStore, Written } from "./site-store.ts";
import type { StandingSite } from "./standing-site.ts";
import { keysPointedTo, seenAt, siteServing } from "./what-is-stored.ts";
import { inOrder } from "./written.ts";

export interface RecordChange {
  readonly after: SiteRecord;
  readonly written: Written;
}

export async function changeRecord(
  store: SiteStore,
  standing: StandingSite,
  after: SiteRecord,
): Promise<Result<RecordChange, string>> {
  const { site, hosts } = after;
  const present = await around(store, standing, hosts);
  if (!present.ok) return present;
  const taken = hosts.flatMap((host) => {
    const owner = siteServing(host, present.value);
    return owner === undefined || owner === site ? [] : [{ host, owner }];
  });
  const [first] = taken;
  if (first) {
    const which = `${first.host} belongs to the site ${first.owner} by now`;
    return err(
      `${which}: push the file of this version with --take-host '${first.host}' if it is to come back`,
    );
  }
  const pointers = storedEntries(hosts, "")
    .filter(({ pattern, text }) => pattern !== site && present.value.get(siteKey(pattern)) !== text)
    .map(({ pattern, text }) => ({ key: siteKey(pattern), value: text }));
  const { carried } = standing;
  const record = { key: siteKey(site), value: recordText(after) };
  const isSame = present.value.get(record.key) === record.value;
  const steps = [[...(carried ? [carried] : []), ...pointers], isSame ? [] : [record]];
  const written = await inOrder(steps, (step) =>
    store.write(
      step,
      seenAt(
        step.map(({ key }) => key),
        present.value,
      ),
    ),
  );
  return ok({ after, written });
}

/** The record itself is not read again: the change was decided on what was read, and is compared with that. */
async function around(
  store: SiteStore,
  { record: { site }, text }: StandingSite,
  hosts: readonly string[],
): Promise<Result<Present, string>> {
  const own = [siteKey(site), text] as const;
  const read = await store.read(hosts.filter((host) => host !== site).map(siteKey));
  if (!read.ok) return read;
  const known = new Map<string, string | null>([...read.value, own]);
  const more = keysPointedTo(known);
  const others = more.length === 0 ? ok(new Map<string, string | null>()) : await store.read(more);
  return others.ok ? ok(new Map([...known, ...others.value])) : others;
}
