// What the keeper of a site tells of its origins: which ones its probes find to be down or have lately found to be good again, and which
// ones an operator has drained. Only origins that are not plainly good are told. What is absent or cannot be read is good.

export interface OriginTold {
  readonly down?: Down;
  /** When the probes found it good again, in milliseconds since 1970. Told for BACK_IS_TOLD_MS. */
  readonly backSince?: number;
  /** No new clients: only those that are bound to it. */
  readonly drained?: true;
}

export interface Down {
  /** When the probes that made it so ended, in milliseconds since 1970. */
  readonly since: number;
  /** How the last of them failed: `connect`, `timeout`, a status, `body`. */
  readonly because: string;
}

/** By `pool/origin`. */
export type OriginsTold = ReadonlyMap<string, OriginTold>;

/** As the keeper stores and sends it. */
export type StoredOrigins = Readonly<Record<string, OriginTold>>;

/** Longer than most isolates keep an origin out, and than most origins need to return to their full weight. */
export const BACK_IS_TOLD_MS = 600_000;

export const NO_ORIGINS_TOLD: OriginsTold = new Map();

/** With names of full length this is 16 KB, so that the whole snapshot stays within MAX_SNAPSHOT_BYTES. */
export const MAX_ORIGINS_TOLD = 80;

/** No id has a slash. */
export const originName = (pool: string, origin: string): string => `${pool}/${origin}`;

export const originsTold = (stored: StoredOrigins): OriginsTold => {
  const entries = Object.entries(stored);
  return entries.length === 0 ? NO_ORIGINS_TOLD : new Map(entries);
};

/** As it was stored or received. What cannot be read of it is left out: a good origin too many does little harm. */
export function readOrigins(value: unknown): StoredOrigins {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const read = Object.entries(value).flatMap(([name, given]) => {
    const told = NAME.test(name) ? readOrigin(given) : undefined;
    return told ? [[name, told] as const] : [];
  });
  return Object.fromEntries(read.slice(0, MAX_ORIGINS_TOLD));
}

/** Two ids. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const CAUSE = /^[a-z0-9-]{1,24}$/;

function readOrigin(value: unknown): OriginTold | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { down: given, backSince, drained } = value as Record<string, unknown>;
  const down = readDown(given);
  const isBack = !down && typeof backSince === "number" && Number.isFinite(backSince);
  const told: OriginTold = {
    ...(down && { down }),
    ...(isBack && { backSince }),
    ...(drained === true && { drained: true }),
  };
  return Object.keys(told).length === 0 ? undefined : told;
}

function readDown(value: unknown): Down | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { since, because } = value as Record<string, unknown>;
  const isDown = Number.isFinite(since) && typeof because === "string" && CAUSE.test(because);
  return isDown ? { since: Number(since), because } : undefined;
}

export const isOriginName = (name: string): boolean => NAME.test(name);
