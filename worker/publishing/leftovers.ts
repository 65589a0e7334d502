// Which keys were written for a site of this push, and are not needed any more, because its file no longer names their host?
// Only these may be removed. Pure.
import { siteKey } from "../../shared/site/stored.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { Present } from "./site-store.ts";
import { hostsIn, pointerIn } from "./what-is-stored.ts";

export interface Leftover {
  readonly key: string;
  readonly host: string;
  /** A pointer serves nothing: the edge sees that the site does not name the host. An old site is still served. */
  readonly what: "pointer" | "site";
}

/** `present` is what is known of the store, before the push. */
export function leftoversIn(present: Present, sites: readonly CheckedFile[]): Leftover[] {
  const siteOf = new Map(sites.flatMap(({ site: { hosts } }) => hosts.map((host) => [host, hosts] as const)));
  const prefix = siteKey("");
  return [...present].flatMap(([key, text]): Leftover[] => {
    const host = key.slice(prefix.length);
    if (text === null || siteOf.has(host)) return [];
    const target = pointerIn(text);
    if (target !== undefined) return siteOf.has(target) ? [{ key, host, what: "pointer" }] : [];
    // An earlier version of a site, stored under the host that was its first one: its other hosts are all in one file now.
    const others = (hostsIn(text) ?? []).filter((other) => other !== host);
    const hosts = siteOf.get(others[0] ?? "");
    return hosts && others.every((other) => hosts.includes(other)) ? [{ key, host, what: "site" }] : [];
  });
}

/** The keys of hosts that the stored sites name and these files do not. To be read before they are called left over. */
export function keysNamedBefore(present: Present): string[] {
  const hosts = [...present.values()].flatMap((text) => (text === null ? [] : (hostsIn(text) ?? [])));
  return [...new Set(hosts.map(siteKey))].filter((key) => !present.has(key));
}
