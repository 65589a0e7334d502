// What somebody else who counts answers, within a time: one that does not is a failure, and never an exception.
import { err, type Result } from "../../shared/result.ts";
import type { LimiterFailure } from "../ports.ts";
import { endOf } from "./within.ts";

/** An object that nobody has asked for a while has to be started first. */
export const LIMITER_WITHIN_MS = 2_000;

export const unavailable = (message: string) =>
  err<LimiterFailure>({ reason: "limiter-unavailable", message });

export const answerOf = <T>(
  work: Promise<Result<T, LimiterFailure>>,
  withinMs: number,
): Promise<Result<T, LimiterFailure>> =>
  endOf(work, withinMs, {
    arrived: (result) => result,
    failed: (error) => unavailable(String(error)),
    late: () => unavailable(`no answer within ${withinMs} ms`),
  });
