// The secrets in a request to an origin. `${secret:NAME}` stands for each until an attempt is made, so that no cache key, explanation or log
// can have a value in it.
import type { OriginAsk, SealedField } from "../message.ts";
import { pathAndQuery } from "../routing/canonical-target.ts";
import { sendInOneLine } from "../routing/cookies.ts";
import { editHeaders, type HeaderEdits } from "./header-edits.ts";
import { type Rewrite, rewriteQuery } from "./rewrite.ts";
import type { Known } from "./value.ts";

interface Editing {
  readonly rewrite: Rewrite | null;
  readonly requestEdits: HeaderEdits | null;
}

interface Sealing {
  readonly action: Editing;
  /** The fields before the edits. They are changed. */
  readonly before: Headers;
  readonly path: string;
  /** With the values. */
  readonly known: Known;
}

export const seals = ({ rewrite, requestEdits }: Editing): boolean =>
  rewrite?.hasSecrets === true || (requestEdits?.withSecrets ?? null) !== null;

/** `ask` has stand-ins. */
export function seal(ask: OriginAsk, { action, before, path, known }: Sealing): OriginAsk {
  const { rewrite, requestEdits } = action;
  editHeaders(before, requestEdits, known);
  sendInOneLine(before);
  const fields = (requestEdits?.withSecrets ?? []).map(
    (name): SealedField => ({ name, told: ask.headers.get(name), sent: before.get(name) }),
  );
  const query = rewrite?.hasSecrets ? rewriteQuery(rewrite, known) : undefined;
  const target =
    query === undefined
      ? undefined
      : { told: ask.target, sent: pathAndQuery({ path, query, loneMark: false }) };
  return { ...ask, sealed: { fields, target } };
}

/** For an attempt at an origin. A target that was changed since stays as it is. */
export const unsealedTarget = ({ target, sealed }: OriginAsk): string =>
  sealed?.target?.told === target ? sealed.target.sent : target;

/** `headers` are those of the request at this origin. They are not changed. */
export function unsealedFields({ sealed }: OriginAsk, headers: Headers): Headers {
  if (!sealed || sealed.fields.length === 0) return headers;
  const unsealed = new Headers(headers);
  for (const { name, told, sent } of sealed.fields) {
    if (told === null || unsealed.get(name) !== told) continue;
    if (sent === null) unsealed.delete(name);
    else unsealed.set(name, sent);
  }
  return unsealed;
}

/** For an origin that the secrets are not meant for. */
export function withoutSecrets(ask: OriginAsk): OriginAsk {
  const { sealed, ...rest } = ask;
  if (!sealed) return ask;
  const headers = new Headers(ask.headers);
  for (const { name } of sealed.fields) headers.delete(name);
  const target = sealed.target?.told === ask.target ? ask.target.replace(/\?.*$/s, "") : ask.target;
  return { ...rest, target, headers };
}
