// One call of Cloudflare's REST API: repeated as long as that may help, with its failures in plain words. A credential never
// appears in them.
import { setTimeout as pause } from "node:timers/promises";
import { err, ok, type Result } from "../../shared/result.ts";
import { visible } from "../printing/terminal-text.ts";
import { pauseBeforeNext } from "./call-again.ts";

export interface ApiFailure {
  readonly message: string;
  /** Of the last attempt. Undefined: there was no answer. */
  readonly status: number | undefined;
  /** Whether one of the attempts may have had its effect all the same. */
  readonly mayHaveHappened: boolean;
}

export interface ApiOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
  /** Before a pause, which can be minutes. */
  readonly tell: (sentence: string) => void;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 120_000;
/** A shorter pause passes without a word. */
const PAUSE_TOLD_MS = 1_000;

export class CloudflareApi {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** The value is the `result` of the answer, and what belongs to it. */
  async call<T>(method: string, path: string, body?: string): Promise<Result<Answer<T>, ApiFailure>> {
    let mayHaveHappened = false;
    for (let attempt = 1; ; attempt++) {
      const answered = await this.#callOnce<T>(method, path, body);
      if (answered.ok) return answered;
      const { retryAfter, ...failure } = answered.error;
      mayHaveHappened ||= failure.mayHaveHappened;
      const { signal, tell } = this.#options;
      const waitMs = signal?.aborted
        ? undefined
        : pauseBeforeNext({ status: failure.status, retryAfter, attempt }, Date.now());
      if (waitMs === undefined) {
        const attempts = attempt === 1 ? "" : ` (${attempt} attempts)`;
        return err({ ...failure, message: failure.message + attempts, mayHaveHappened });
      }
      if (waitMs >= PAUSE_TOLD_MS) tell(`${failure.message}; next attempt in ${Math.ceil(waitMs / 1000)} s`);
      await pause(waitMs, undefined, signal && { signal }).catch(() => {}); // told to end: the next attempt says so
    }
  }

  async #callOnce<T>(
    method: string,
    path: string,
    body: string | undefined,
  ): Promise<Result<Answer<T>, AttemptFailure>> {
    const { baseUrl, credentials, signal } = this.#options;
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let isSent = false;
    try {
      signal?.throwIfAborted();
      isSent = true;
      const response = await fetch(baseUrl + path, {
        method,
        headers: { ...credentials, ...(body !== undefined && { "content-type": "application/json" }) },
        redirect: "error", // credentials go nowhere else
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      const { status } = response;
      const answer = answerIn<T>(text);
      if (response.ok && answer?.success) return ok(answer);
      const words = answer ? wordsOf(answer) : ", without JSON";
      const message = `Cloudflare answered ${status}${words}${NO_RIGHT.has(status) ? ADVICE : ""}`;
      return err({
        message: this.#withoutCredentials(message),
        status,
        mayHaveHappened: response.ok || status >= 500,
        retryAfter: response.headers.get("retry-after"),
      });
    } catch (error) {
      const why = signal?.aborted ? "interrupted" : reasonOf(error);
      return err({
        message: this.#withoutCredentials(`no answer from ${hostOf(baseUrl)}: ${why}`),
        status: undefined,
        mayHaveHappened: isSent && !NEVER_SENT.has(why),
        retryAfter: null,
      });
    }
  }

  /** The runtime quotes a header field that it cannot send, and an answer can quote anything. */
  #withoutCredentials(text: string): string {
    const secrets = Object.values(this.#options.credentials).flatMap((value) => [
      value,
      value.replace(/^Bearer /, ""),
    ]);
    return visible(secrets.reduce((clean, secret) => clean.replaceAll(secret, "…"), text));
  }
}

interface AttemptFailure extends ApiFailure {
  readonly retryAfter: string | null;
}

const NO_RIGHT: ReadonlySet<number> = new Set([401, 403]);
const ADVICE =
  "; the token has to be valid, and to have the rights of `Edit Cloudflare Workers` in this account (or run `npx wrangler login`)";

const NEVER_SENT: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

interface Answer<T> {
  readonly success: boolean;
  readonly result: T;
  readonly errors?: readonly { readonly code?: number; readonly message?: string }[];
  readonly result_info?: { readonly cursor?: string };
}

function answerIn<T>(text: string): Answer<T> | undefined {
  try {
    return JSON.parse(text) as Answer<T>;
  } catch {
    return undefined; // a page of whatever stands before the API
  }
}

function wordsOf({ errors }: Answer<unknown>): string {
  const words = (errors ?? []).map(({ code, message }) => `${message} (code ${code})`);
  return words.length === 0 ? "" : `: ${words.join(", ")}`;
}

/** The runtime says "fetch failed", and why in the cause. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === "TimeoutError") return `nothing came within ${TIMEOUT_MS / 1000} s`;
  return cause?.code ?? cause?.message ?? message;
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? "the API";
