// Entries for the contract of the stores.
import {
  type ChangeMark,
  ENTRY_FORMAT,
  type ResponseEntry,
  type VariantIndex,
} from "../../worker/caching/entry.ts";

/** The tests' clock starts at the real time, by which the platform lets what it keeps expire. */
export const NOW = Date.now();
export const HOUR_MS = 3_600_000;

export function anEntry(over: Partial<ResponseEntry> = {}): ResponseEntry {
  return {
    kind: "response",
    format: ENTRY_FORMAT,
    revision: 0,
    status: 200,
    statusText: "OK",
    headers: [["content-type", "text/plain"]],
    requestedAt: NOW,
    receivedAt: NOW,
    initialAgeMs: 0,
    terms: {
      freshForMs: 60_000,
      because: "max-age",
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      staleIfDisconnectedMs: 0,
      alwaysRevalidate: false,
    },
    resource: { host: "a.test", path: "/", tags: [] },
    part: null,
    keepUntil: NOW + HOUR_MS,
    ...over,
  };
}

export function anIndex(key: string): VariantIndex {
  return {
    kind: "variants",
    format: ENTRY_FORMAT,
    variants: [{ selectors: { "vary:accept-language": "fr, é" }, language: "fr", key: `${key}#variant:fr` }],
    keepUntil: NOW + HOUR_MS,
  };
}

export const aMark = (changedAt = NOW): ChangeMark => ({
  kind: "change",
  format: ENTRY_FORMAT,
  changedAt,
  keepUntil: changedAt + HOUR_MS,
});
