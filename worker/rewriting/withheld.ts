// The secrets in a request to an origin. `${secret:NAME}` stands for each until an attempt is made, so that no cache key, explanation or log
// can have a value in it.
import type { OriginAsk, WithheldField } from "../message.ts";
import { pathAndQuery } from "../routing/canonical-target.ts";
import { sendInOneLine } from "../routing/cookies.ts";
import { editHeaders, type HeaderEdits } from "./header-edits.ts";
import { type Rewrite, rewriteQuery } from "./rewrite.ts";
import type { Known } from "./value.ts";

interface Editing {
  readonly rewrite: Rewrite | null;
  readonly requestEdits: HeaderEdits | null;
}

interface Withholding {
  readonly action: Editing;
  /** The fields before the edits. They are changed. */
  readonly before: Headers;
  readonly path: string;
  /** With the values. */
  readonly known: Known;
}

export const withholds = ({ rewrite, requestEdits }: Editing): boolean =>
  rewrite?.hasSecrets === true || (requestEdits?.withSecrets ?? null) !== null;

/** `ask` has stand-ins. */
export function withhold(ask: OriginAsk, { action, before, path, known }: Withholding): OriginAsk {
  const { rewrite, requestEdits } = action;
  editHeaders(before, requestEdits, known);
  sendInOneLine(before);
  const fields = (requestEdits?.withSecrets ?? []).map(
    (name): WithheldField => ({ name, told: ask.headers.get(name), sent: before.get(name) }),
  );
  const query = rewrite?.hasSecrets ? rewriteQuery(rewrite, known) : undefined;
  const target =
    query === undefined
      ? undefined
      : { told: ask.target, sent: pathAndQuery({ path, query, loneMark: false }) };
  return { ...ask, withheld: { fields, target } };
}

/** For an attempt at an origin. A target that was changed since stays as it is. */
export const disclosedTarget = ({ target, withheld }: OriginAsk): string =>
  withheld?.target?.told === target ? withheld.target.sent : target;

/** `headers` are those of the request at this origin. They are not changed. */
export function disclosedFields({ withheld }: OriginAsk, headers: Headers): Headers {
  if (!withheld || withheld.fields.length === 0) return headers;
  const disclosed = new Headers(headers);
  for (const { name, told, sent } of withheld.fields) {
    if (told === null || disclosed.get(name) !== told) continue;
    if (sent === null) disclosed.delete(name);
    else disclosed.set(name, sent);
  }
  return disclosed;
}

/** For an origin that the secrets are not meant for. */
export function withoutSecrets(ask: OriginAsk): OriginAsk {
  const { withheld, ...rest } = ask;
  if (!withheld) return ask;
  const headers = new Headers(ask.headers);
  for (const { name } of withheld.fields) headers.delete(name);
  const target = withheld.target?.told === ask.target ? ask.target.replace(/\?.*$/s, "") : ask.target;
  return { ...rest, target, headers };
}
