// An operator takes an origin out of service for new clients, or puts it back. It takes effect within seconds on the whole edge, without
// another version of the site being published.
import { err, ok, type Result } from "../../shared/result.ts";
import { isOriginName, MAX_ORIGINS_TOLD, originName, type StoredOrigins } from "./origins-told.ts";

export interface DrainCommand {
  readonly kind: "drain";
  readonly pool: string;
  readonly origin: string;
  readonly on: boolean;
  /**
   * The other origins of the pool that are in service. If none of them is usable, the origin is not drained. Absent if it is to be
   * drained all the same. The keeper decides, because two operators may drain two origins at the same moment.
   */
  readonly leaving?: readonly string[];
}

export type DrainObjection =
  | { readonly reason: "unknown-origin" }
  | { readonly reason: "last-origin" }
  | { readonly reason: "too-many-drained" };

/** The same object if the command changes nothing. */
export function applyDrain(
  origins: StoredOrigins,
  { pool, origin, on, leaving }: DrainCommand,
): Result<StoredOrigins, DrainObjection> {
  const name = originName(pool, origin);
  if (!isOriginName(name) || typeof on !== "boolean") return err({ reason: "unknown-origin" });
  const before = origins[name];
  if (!on) return ok(before?.drained ? undrained(origins, name) : origins);
  if (before?.drained) return ok(origins);
  if (leaving && !leaving.some((other) => isUsable(origins, originName(pool, other))))
    return err({ reason: "last-origin" });
  if (!before && Object.keys(origins).length >= MAX_ORIGINS_TOLD) return err({ reason: "too-many-drained" });
  return ok({ ...origins, [name]: { ...before, drained: true } });
}

const isUsable = (origins: StoredOrigins, name: string): boolean =>
  !origins[name]?.down && !origins[name]?.drained;

function undrained(origins: StoredOrigins, name: string): StoredOrigins {
  const { [name]: told, ...others } = origins;
  const { drained: _, ...rest } = told ?? {};
  return Object.keys(rest).length === 0 ? others : { ...others, [name]: rest };
}
