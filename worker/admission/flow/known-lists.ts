// Which address lists does this isolate know for the access rules of a site? The snapshot tells the digest of each, and what is not
// here yet is asked of the site's keeper. A list that is here stays in force until the next one has arrived. Only an isolate that
// has no version of a list waits for it: an access rule by a list that is not known would let in whom it denies, or refuse whom it
// allows.
import { type Soon, whenHere } from "../../../shared/soon.ts";
import type { Ports } from "../../isolate.ts";
import { type KnowPorts, knownSnapshot, waitFor } from "../../keeping/known-snapshot.ts";
import type { Snapshot } from "../../keeping/snapshot.ts";
import type { ListName } from "../../ports.ts";
import type { CompiledSite } from "../../site.ts";
import { type AddressLists, NO_LISTS } from "../list-shelf.ts";

type ListPorts = KnowPorts & Pick<Ports, "lists">;

/** From the beginning of a reading. A list has some megabytes at most, and the keeper may be far away. */
const WAITS_AT_MOST_MS = 2_000;

/** `snapshot` is the latest one; undefined if none has arrived yet. */
export function knownLists(
  site: CompiledSite,
  snapshot: Snapshot | undefined,
  ports: ListPorts,
): Soon<AddressLists> {
  if (site.listKeys.length === 0) return NO_LISTS;
  if (!ports.keepers) return withoutKeeper(site, ports);
  const told = snapshot ?? knownSnapshot(site.name, ports);
  return whenHere(told, (known) => (known ? withLists(site, known, ports) : ports.lists.of(site.name)));
}

/** As if no list had ever been read. */
function withoutKeeper({ name }: CompiledSite, { lists, log }: ListPorts): AddressLists {
  if (lists.isFirstWithoutKeeper(name)) {
    log.warn(
      "no keeper is bound, so no address list is read from its URL: `deny` by it denies nobody, `allow` by it lets nobody in",
      { site: name },
    );
  }
  return NO_LISTS;
}

function withLists(site: CompiledSite, { lists: told }: Snapshot, ports: ListPorts): Soon<AddressLists> {
  const { lists } = ports;
  const { name, listKeys } = site;
  const missing = lists.missing(name, listKeys, told);
  const awaited = missing.flatMap((list) => {
    const hasOlder = lists.of(name).of(list.key) !== undefined;
    const reading = lists.reading(name, list, ports.now()) ?? startReading(name, list, ports);
    return reading && !hasOlder ? [reading] : [];
  });
  if (awaited.length === 0) return lists.of(name);
  const ended = Promise.all(awaited.map((one) => one.ended)).then(() => {});
  const since = Math.max(...awaited.map((one) => one.since));
  const ms = since + WAITS_AT_MOST_MS - ports.now();
  return ms > 0 ? waitFor({ ended, ms }, ports).then(() => lists.of(name)) : lists.of(name);
}

/** Undefined if there is nothing to wait for. */
function startReading(site: string, list: ListName, ports: ListPorts) {
  const { lists, now } = ports;
  if (lists.isHere(list)) {
    lists.keep(site, list);
    return undefined;
  }
  if (!lists.mayTry(site, list, now())) return undefined;
  const ended = read(site, list, ports).finally(() => lists.end(site, list));
  const reading = { since: now(), ended };
  lists.begin(site, list, reading);
  ports.background(ended);
  return reading;
}

async function read(site: string, list: ListName, ports: ListPorts): Promise<void> {
  const result = await ports.keepers?.list(site, list);
  if (result?.ok) ports.lists.keep(site, list, result.value);
  else if (ports.lists.fail(site, list, ports.now())) {
    ports.log.warn(
      "an address list could not be had of the keeper; the one before stays in force, if there is one",
      {
        site,
        list: list.key,
        error: result?.error.message,
      },
    );
  }
}
