// What does the server that verifies the tokens of a widget say of one? A token is good once, and for five minutes.
import { parsedJson } from "../../../shared/parsed-json.ts";
import type { Result } from "../../../shared/result.ts";
import type { Question, Told } from "../authentication/proving.ts";
import type { Widget } from "./challenge.ts";

/** Tokens have up to 2,048 characters. Anything else is none, and nobody is asked about it. */
export const isToken = (text: string): boolean => /^[\w.-]{1,2048}$/.test(text);

export const tokenQuestion = (
  { verifyUrl }: Widget,
  { secret, token, ip }: { readonly secret: string; readonly token: string; readonly ip: string },
): Question => ({
  url: verifyUrl,
  headers: [["accept", "application/json"]],
  form: { secret, response: token, remoteip: ip },
  withinMs: 5_000,
  maxBytes: 16_384,
});

/** Undefined, with the reason, if it has not judged: it is down, or does not accept the secret. */
export type Judgement = { readonly isGood: boolean } | { readonly because: string };

/** What speaks against the edge or the server, and not against the token. */
const NOT_OF_THE_TOKEN = /^(?:missing-input-secret|invalid-input-secret|bad-request|internal-error)$/;

export function judgementOf(told: Result<Told, string>): Judgement {
  if (!told.ok) return { because: told.error };
  const said = asObject(parsedJson(told.value.body));
  if (told.value.status >= 500 || said === undefined)
    return { because: `the status is ${told.value.status}` };
  if (said.success === true) return { isGood: true };
  const codes = Array.isArray(said["error-codes"]) ? said["error-codes"].map(String) : [];
  const fault = codes.find((code) => NOT_OF_THE_TOKEN.test(code));
  return fault === undefined ? { isGood: false } : { because: fault };
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
