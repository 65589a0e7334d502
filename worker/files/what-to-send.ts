// Is the whole file sent, a part of it, or only word that the client has it already? RFC 9110 §13 and §14. Pure.
import { parseRange, type Stretch, selectRanges, wholeOf } from "../caching/law/ranges.ts";
import { type Compared, ifRangeHolds, isNotModified, preconditionFails } from "../caching/law/validators.ts";

export type Sent =
  | { readonly kind: "whole" }
  | { readonly kind: "not-modified" }
  | { readonly kind: "precondition-failed" }
  | { readonly kind: "unsatisfiable" }
  | { readonly kind: "part"; readonly stretch: Stretch };

interface Asking {
  readonly method: string;
  readonly headers: Headers;
}

/** `bytes` is undefined if the length is not known before the file is read. Conditions come before ranges (RFC 9110 §13.2.2). */
export function whatToSend(
  { method, headers }: Asking,
  compared: Compared,
  bytes: number | undefined,
  now: number,
): Sent {
  if (preconditionFails(headers, compared, now)) return { kind: "precondition-failed" };
  if (isNotModified(headers, compared, now)) return { kind: "not-modified" };
  const specs = method === "GET" && compared.status === 200 ? parseRange(headers.get("range")) : undefined;
  if (!specs || bytes === undefined || !ifRangeHolds(headers, compared, now)) return WHOLE;
  const selected = selectRanges(specs, wholeOf(bytes));
  if (selected.kind === "unsatisfiable") return { kind: "unsatisfiable" };
  // Several parts would have to be gathered in memory. The whole is sent, as RFC 9110 §14.2 allows.
  const [stretch, ...others] = selected.kind === "stretches" ? selected.stretches : [];
  return stretch && others.length === 0 ? { kind: "part", stretch } : WHOLE;
}

const WHOLE: Sent = { kind: "whole" };
