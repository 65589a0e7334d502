// The request without its credentials, and without the fields by which a client could claim to be somebody. Pure.
import type { Asked } from "../../message.ts";
import { cookiePairs, inOneLine } from "../../routing/cookies.ts";
import {
  isSpellingOfParameter,
  parameterName,
  parameterValues,
  unusual,
  usualSpelling,
} from "../../routing/spellings.ts";
import type { CredentialPlace } from "./credential-places.ts";

export function withoutCredentials(asked: Asked, places: readonly CredentialPlace[]): Asked {
  if (places.length === 0) return asked;
  const headers = new Headers(asked.headers);
  return { ...asked, headers, query: removeCredentials(headers, asked, places) };
}

/** From these fields, which are a copy of the request's. Returns the query without them. */
export function removeCredentials(
  headers: Headers,
  asked: Asked,
  places: readonly CredentialPlace[],
): string {
  let { query } = asked;
  for (const place of places) {
    if (place.in === "query") {
      query = withoutParameter(query, place.name);
      cleanReferrer(headers, place.name);
    } else {
      if (place.in === "cookie") removeCookie(headers, place.name);
      else removeField(headers, place.in === "header" ? place.name : "authorization", asked);
    }
  }
  return query;
}

/** In every spelling: to CGI and its successors `x_api_key` is the same variable. `headers` are a copy of the request's. */
export function removeField(headers: Headers, name: string, asked: Pick<Asked, "headers">): void {
  const usual = usualSpelling(name);
  headers.delete(name);
  if (usual !== name) headers.delete(usual);
  for (const [field] of unusual(asked.headers)) if (usualSpelling(field) === usual) headers.delete(field);
}

/** An origin may end a parameter at a semicolon, and reads other spellings of its name. */
export function withoutParameter(query: string, name: string): string {
  if (query === "" || parameterValues(query, name).length === 0) return query;
  const isIt = (piece: string) => isSpellingOfParameter(parameterName(piece), name);
  const pairs = query.split("&").flatMap((pair) => {
    if (isIt(pair)) return [];
    const pieces = pair.split(";");
    const kept = pieces.filter((piece) => !isIt(piece));
    if (kept.length === pieces.length) return [pair];
    return kept.length === 0 ? [] : [kept.join(";")];
  });
  return pairs.join("&");
}

/** The URL of a page in Referer, in which a signature stands as well. */
export function withoutParameterOfUrl(url: string, name: string): string {
  const [, before = "", query = "", after = ""] = /^([^?#]*)\?([^#]*)(.*)$/s.exec(url) ?? [];
  const left = withoutParameter(query, name);
  if (left === query) return url;
  return left === "" ? before + after : `${before}?${left}${after}`;
}

function cleanReferrer(headers: Headers, name: string): void {
  const referrer = headers.get("referer");
  const left = referrer === null ? null : withoutParameterOfUrl(referrer, name);
  if (left !== null && left !== referrer) headers.set("referer", left);
}

/** If some origin could still read the cookie out of what is left, nothing is left. */
function removeCookie(headers: Headers, name: string): void {
  const field = headers.get("cookie");
  if (field === null || !has(field, name)) return;
  const kept = inOneLine(field)
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "" && !has(pair, name))
    .join("; ");
  if (kept === "" || has(kept, name)) headers.delete("cookie");
  else headers.set("cookie", kept);
}

const has = (field: string, wanted: string): boolean =>
  cookiePairs(field).some(({ name }) => name === wanted);
