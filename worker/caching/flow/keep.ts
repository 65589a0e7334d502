// Stores a response, and its variant in the index where responses vary.
// Flow: whether it may be stored has been decided before (storable.ts), and what selects it (selectors.ts).

import { letGo } from "../../bodies/let-go.ts";
import type { Body } from "../../message.ts";
import type { Ports } from "../../ports.ts";
import type { SelectingRequest } from "../../rewriting/as-sent.ts";
import type { ResponseEntry, Stored } from "../entry.ts";
import { variantKey } from "../law/key.ts";
import type { CacheRules } from "../law/rules.ts";
import { selectorsOf, varyNames } from "../law/selectors.ts";
import { fieldOf } from "../law/validators.ts";
import { addVariant } from "../law/variants.ts";

export interface Keeping {
  readonly key: string;
  readonly rules: CacheRules;
  readonly entry: ResponseEntry;
  readonly selectors: Readonly<Record<string, string>>;
  /** `asOf` the flights when the origin was asked: what was asked for before a change does not outlive it. */
  readonly asOf: number;
}

/** What selects the response for this request, empty where nothing does; undefined where that cannot be read. */
export function selectorValues(
  headers: Headers,
  request: SelectingRequest,
  rules: CacheRules,
): Record<string, string> | undefined {
  const vary = varyNames(headers);
  if (vary === "malformed") return undefined;
  const values: Record<string, string> = {};
  for (const { name, valueFor } of selectorsOf(vary === "*" ? [] : vary, rules)) {
    const value = valueFor(request);
    if (value === undefined) return undefined;
    values[name] = value;
  }
  return values;
}

type KeepPorts = Pick<Ports, "store" | "flights" | "background">;

export async function keep(keeping: Keeping, body: Body, ports: KeepPorts): Promise<void> {
  if (isOutdated(keeping, ports)) return letGo(body, ports);
  const { store } = ports;
  await write(keeping, (at) => store.put(at, keeping.entry, body).then(() => true), ports);
}

/** What was found gets the newer entry, and keeps the body that it has. It stays the caller's to read. */
export async function renew(
  keeping: Keeping,
  { at, stored }: { at: string; stored: Stored },
  ports: KeepPorts,
): Promise<void> {
  if (isOutdated(keeping, ports)) return;
  await write(keeping, () => ports.store.renew(at, stored, keeping.entry), ports);
}

async function write(
  keeping: Keeping,
  act: (at: string) => Promise<boolean>,
  ports: KeepPorts,
): Promise<void> {
  const at = placeOf(keeping.key, keeping.selectors);
  if ((await act(at)) && at !== keeping.key) await addToIndex(keeping, at, ports);
  if (isOutdated(keeping, ports)) await forget(keeping.key, ports); // by a change that came while it was being put
}

const isOutdated = ({ key, asOf }: Keeping, { flights }: Pick<Ports, "flights">): boolean =>
  flights.isChangedSince(key, asOf);

async function addToIndex(
  { key, entry, selectors }: Keeping,
  at: string,
  { store }: Pick<Ports, "store">,
): Promise<void> {
  // Two requests may add a variant at once and one be lost: it is fetched again, nothing worse.
  const before = (await store.get(key))?.entry;
  const variant = { selectors, language: fieldOf(entry.headers, "content-language"), key: at };
  const { index, dropped } = addVariant(
    before?.kind === "variants" ? before : undefined,
    variant,
    entry.keepUntil,
  );
  await store.put(key, index, null);
  await Promise.all(dropped.map((old) => store.delete(old.key)));
}

/** Where a response stands: under the key itself where nothing selects it. */
export function placeOf(key: string, selectors: Keeping["selectors"]): string {
  return Object.keys(selectors).length === 0 ? key : variantKey(key, selectors);
}

/** Forgets all that is stored under a key. The variants' own entries are then out of reach, and age out. */
export function forget(key: string, { store }: Pick<Ports, "store">): Promise<void> {
  return store.delete(key);
}
