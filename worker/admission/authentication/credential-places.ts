// Where may a request have the credential of a route, and what does it have there? A request that has two different ones is taken
// to have none: which of them another server would use is not known (RFC 6750 §2 forbids to send more than one). Pure.
import type { Asked } from "../../message.ts";
import { cookiePairs } from "../../routing/cookies.ts";
import { fieldValues, parameterValues } from "../../routing/spellings.ts";

export type CredentialPlace =
  /** After this word in Authorization. */
  | { readonly in: "authorization"; readonly scheme: "Basic" | "Bearer" }
  | { readonly in: "header" | "cookie" | "query"; readonly name: string };

/** What is in none of them is nothing; what is contradictory or too long is nobody's. */
export type Presented =
  | { readonly kind: "none" }
  | { readonly kind: "unusable" }
  | { readonly kind: "one"; readonly text: string };

/** No key or token is longer; a password with its name is not either. */
export const MAX_CREDENTIAL_LENGTH = 8_192;

const NONE: Presented = { kind: "none" };
const UNUSABLE: Presented = { kind: "unusable" };

export function presentedIn(asked: Asked, places: readonly CredentialPlace[]): Presented {
  const texts = new Set<string>();
  for (const place of places) {
    const found = textsIn(asked, place);
    if (found === undefined) return UNUSABLE;
    for (const text of found) texts.add(text);
  }
  if (texts.size === 0) return NONE;
  const [text = ""] = texts;
  const isUsable = texts.size === 1 && text !== "" && text.length <= MAX_CREDENTIAL_LENGTH;
  return isUsable ? { kind: "one", text } : UNUSABLE;
}

/** Undefined if the field is there and says something else. */
function textsIn(asked: Asked, place: CredentialPlace): readonly string[] | undefined {
  switch (place.in) {
    case "authorization":
      return afterScheme(asked.headers.get("authorization"), place.scheme);
    case "header":
      return fieldValues(asked.headers, place.name);
    case "cookie":
      return cookiePairs(asked.headers.get("cookie"))
        .filter(({ name }) => name === place.name)
        .map(({ value }) => value);
    case "query":
      return parameterValues(asked.query, place.name);
  }
}

/** RFC 9110 §11.4. The runtime joins two lines with a comma, which is in no token. */
const TOKEN = /^([A-Za-z]+) +([A-Za-z0-9._~+/-]+=*) *$/;

/** A credential of another scheme is somebody else's: the request has none of this one. */
function afterScheme(value: string | null, wanted: string): readonly string[] | undefined {
  if (value === null) return [];
  const [, scheme, text] = TOKEN.exec(value) ?? [];
  if (scheme?.toLowerCase() === wanted.toLowerCase() && text !== undefined) return [text];
  return new RegExp(`^${wanted}(?:[ ,]|$)`, "i").test(value) ? undefined : [];
}
