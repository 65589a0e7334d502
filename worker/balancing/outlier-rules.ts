// The rules of what speaks against an origin, as the pool uses them.
import type { OutlierConfig } from "../../shared/site/outlier-schema.ts";

export interface OutlierRules {
  /** Failures in a row. */
  readonly consecutive: number;
  /** In (0, 1]: of the requests within the window. */
  readonly rate: number;
  readonly windowMs: number;
  /** For so long an origin is ejected the first time. */
  readonly ejectMs: number;
  /** In [0, 1]: of the origins in service. */
  readonly maxEjected: number;
  /** In [0, 1]: if fewer of the origins in service are usable, all are used. */
  readonly panic: number;
  readonly slowStartMs: number;
  /** Origins that are out are asked if no other is left. */
  readonly asksWhenAllOut: boolean;
}

export const compileOutlier = (config: OutlierConfig): OutlierRules => ({
  consecutive: config.consecutive,
  rate: config.rate,
  windowMs: config.window,
  ejectMs: config.eject,
  maxEjected: config.maxEjected,
  panic: config.panic,
  slowStartMs: config.slowStart,
  asksWhenAllOut: config.whenAllOut === "ask",
});
