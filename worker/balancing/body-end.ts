// The end of a body speaks for its origin or against it, where it is noticed at no further cost: where script reads the body anyway. The
// runtime tells nothing of a body that it passes on by itself, and the end of a native pipe does not tell an origin that breaks off from a
// client that leaves (seen on workerd 2026-11-28).
import type { Ports } from "../isolate.ts";
import type { Pool } from "./pool.ts";
import type { Attempt } from "./sending.ts";
import type { BodyEnd } from "./standing.ts";
import { limitOf } from "./timeouts.ts";

/** Whether it is noticed where the body arrives. If not, the store notices it, for a response that is being stored. */
export const isEndNoticed = ({ idleMs }: Pick<Pool, "idleMs">): boolean => limitOf(idleMs) !== undefined;

export function tellBodyEnd(
  pool: Pool,
  { origin, sentAt }: Pick<Attempt, "origin" | "sentAt">,
  how: BodyEnd["how"],
  { health, now, random }: Pick<Ports, "health" | "now" | "random">,
): void {
  health.report(pool, { kind: "body-ended", how, origin: origin.id, sentAt, at: now(), random: random() });
}
