// The changes that are still to be told to webhooks. Plain JSON: a notice outlives a keeper that is taken out of memory.
import type { StandingChange } from "./standing-changes.ts";

export interface Notice {
  readonly url: string;
  readonly about: StandingChange & { readonly site: string };
  /** How often it was tried in vain. */
  readonly tries: number;
  readonly dueAt: number;
}

export const MAX_TRIES = 3;
/** If a webhook is down for long, only the newest are worth telling. */
export const MAX_NOTICES = 50;
/** In one go, beside the probes. */
export const MAX_NOTICES_AT_ONCE = 4;
/** After the first try, and after the second. */
const WAITS_MS = [5_000, 30_000];

export const addNotices = (
  before: readonly Notice[],
  added: readonly Pick<Notice, "url" | "about">[],
  now: number,
): readonly Notice[] =>
  added.length === 0
    ? before
    : [...before, ...added.map((notice) => ({ ...notice, tries: 0, dueAt: now }))].slice(-MAX_NOTICES);

/** A clock that was set back does not make a notice late. */
export const dueNotices = (notices: readonly Notice[], now: number): readonly Notice[] =>
  notices
    .filter(({ dueAt }) => dueAt <= now || dueAt > now + Math.max(...WAITS_MS))
    .slice(0, MAX_NOTICES_AT_ONCE);

export function afterTry(
  before: readonly Notice[],
  tried: Notice,
  isTold: boolean,
  now: number,
): readonly Notice[] {
  const tries = tried.tries + 1;
  return before.flatMap((notice) => {
    if (notice !== tried) return [notice];
    return isTold || tries >= MAX_TRIES
      ? []
      : [{ ...notice, tries, dueAt: now + (WAITS_MS[tries - 1] ?? 0) }];
  });
}

export const nextNoticeAt = (notices: readonly Notice[], now: number): number | undefined =>
  notices.length === 0 ? undefined : Math.max(now, Math.min(...notices.map(({ dueAt }) => dueAt)));

/** What the webhook gets. Times as people read them. */
export const noticeBody = ({ about }: Notice): string => {
  const { at, ...told } = about;
  return JSON.stringify({ event: "origin-standing", ...told, at: new Date(at).toISOString() });
};

/** As they were stored. */
export function readNotices(value: unknown): readonly Notice[] {
  return Array.isArray(value) ? value.filter(isNotice).slice(-MAX_NOTICES) : [];
}

function isNotice(value: unknown): value is Notice {
  if (typeof value !== "object" || value === null) return false;
  const { url, about, tries, dueAt } = value as Record<string, unknown>;
  const isAbout =
    typeof about === "object" && about !== null && Number.isFinite((about as { at?: unknown }).at);
  return typeof url === "string" && isAbout && Number.isInteger(tries) && Number.isFinite(dueAt);
}
