// Asks another server one question, within a time and a size that cover the whole answer.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Question, Told } from "../admission/authentication/proving.ts";
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { endOf } from "./within.ts";

/** `platform`: what every fetch has there. */
export const boundedAsk =
  (platform: object) =>
  (question: Question): Promise<Result<Told, string>> => {
    const cutting = new AbortController();
    return endOf(answered(question, platform, cutting.signal), question.withinMs, {
      arrived: (told) => told,
      failed: (error) => err(`it cannot be reached: ${String(error)}`),
      late: () => {
        cutting.abort();
        return err(`there was no whole answer after ${question.withinMs} ms`);
      },
    });
  };

async function answered(
  { url, headers, form, maxBytes }: Question,
  platform: object,
  signal: AbortSignal,
): Promise<Result<Told, string>> {
  const answer = await fetch(url, {
    ...(form && { method: "POST", body: new URLSearchParams(form) }),
    headers: headersOf(headers),
    redirect: "manual",
    signal,
    ...platform,
  });
  const body = await textOf(answer.body, maxBytes);
  return body === undefined
    ? err(`the answer is longer than ${maxBytes} bytes`)
    : ok({ status: answer.status, headers: answer.headers, body });
}

const headersOf = (fields: Question["headers"]): Headers => {
  const headers = new Headers();
  for (const [name, value] of fields) headers.append(name, value);
  return headers;
};

/** Undefined if it is longer. */
async function textOf(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<string | undefined> {
  if (!body) return "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      reader.releaseLock();
      void cancelQuietly(body);
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
