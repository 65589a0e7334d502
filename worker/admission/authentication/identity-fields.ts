// The request fields that tell an origin who asks. Only the edge writes them: what a client sends under such a name is removed on
// every route of a site that authenticates, in every spelling (CVE-2025-64484, CVE-2026-39858). Pure.
import type { Asked } from "../../message.ts";
import { isUnusual, usualSpelling } from "../../routing/spellings.ts";
import { type Claims, claimOf } from "./claims.ts";
import type { CredentialPlace } from "./credential-places.ts";
import { removeCredentials, removeField, withoutCredentials } from "./without-credentials.ts";

/** What applications behind the usual gateways take for the user that was let in. */
const USUAL =
  /^(?:remote-(?:user|groups|name|email)|x-remote-user|x-webauth-user|x-auth-request-.*|x-authentik-.*|cf-access-.*)$/;

export interface IdentityNames {
  /** In their usual spelling. */
  readonly names: ReadonlySet<string>;
}

export const isIdentityField = (field: string, { names }: IdentityNames): boolean => {
  const usual = isUnusual(field) ? usualSpelling(field) : field;
  return names.has(usual) || USUAL.test(usual);
};

/** The assertion is verified where a route asks for it, and removed there. Elsewhere an origin that verifies it itself may get it. */
const VERIFIED_BY_ITSELF = "cf-access-jwt-assertion";

export function withoutClaimed(asked: Asked, identity: IdentityNames): Asked {
  const claimed: string[] = [];
  asked.headers.forEach((_value, field) => {
    if (field !== VERIFIED_BY_ITSELF && isIdentityField(field, identity)) claimed.push(field);
  });
  if (claimed.length === 0) return asked;
  const headers = new Headers(asked.headers);
  for (const field of claimed) headers.delete(field);
  return { ...asked, headers };
}

export interface IdentityField {
  readonly name: string;
  readonly claim: string;
}

/** A claim that the client lacks, or that is no text, leaves the field absent. */
export function withIdentity(asked: Asked, fields: readonly IdentityField[], claims: Claims): Asked {
  if (fields.length === 0) return asked;
  const headers = new Headers(asked.headers);
  return { ...asked, headers, identityFields: writeIdentity(headers, asked, fields, claims) };
}

/** Into these fields, which are a copy of the request's. Returns their names. */
function writeIdentity(
  headers: Headers,
  asked: Asked,
  fields: readonly IdentityField[],
  claims: Claims,
): readonly string[] {
  for (const { name, claim } of fields) {
    const value = fieldValueOf(claimOf(claims, claim));
    removeField(headers, name, asked);
    if (value !== undefined) headers.set(name, value);
  }
  keepFromConnection(headers, fields);
  return fields.map(({ name }) => name);
}

interface Admitting {
  readonly removes: readonly CredentialPlace[];
  readonly fields: readonly IdentityField[];
}

/** Without what it has proven itself by, and with what it has proven: both in one copy, since each costs as much as a look-up in the store. */
export function asProven(asked: Asked, { removes, fields }: Admitting, claims: Claims): Asked {
  if (removes.length === 0) return withIdentity(asked, fields, claims);
  if (fields.length === 0) return withoutCredentials(asked, removes);
  const headers = new Headers(asked.headers);
  const query = removeCredentials(headers, asked, removes);
  return { ...asked, headers, query, identityFields: writeIdentity(headers, asked, fields, claims) };
}

/** `Connection: x-user` would have the field removed as hop-by-hop, and the origin would take the request for anybody's. */
function keepFromConnection(headers: Headers, fields: readonly IdentityField[]): void {
  const connection = headers.get("connection");
  if (connection === null) return;
  const listed = connection.split(",").map((option) => option.trim());
  const kept = listed.filter((option) => !fields.some(({ name }) => name === option.toLowerCase()));
  if (kept.length === listed.length) return;
  if (kept.length === 0) headers.delete("connection");
  else headers.set("connection", kept.join(", "));
}

const MAX_LENGTH = 4_096;

/** In a list, a comma within an element is escaped: a group named `staff,admin` is not two. */
function fieldValueOf(value: unknown): string | undefined {
  const text = Array.isArray(value) ? listed(value) : textOf(value);
  return text === undefined || text === "" || text.length > MAX_LENGTH ? undefined : text;
}

const listed = (values: readonly unknown[]): string =>
  values
    .flatMap((value) => textOf(value) ?? [])
    .map((text) => text.replaceAll(",", "%2C"))
    .join(",");

function textOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? inAscii(value) : undefined;
}

/**
 * Control characters must not get into a field, and other characters are bytes there of which every origin makes something else. Spaces
 * at the ends are no part of a field value (RFC 9110 §5.5): the user `ann ` would be `ann`.
 */
const inAscii = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\x20-\x7e]|%(?=[0-9A-Fa-f]{2})|^ | $/gu, (character) =>
      character === "%" ? "%25" : encodeURIComponent(character),
    );
