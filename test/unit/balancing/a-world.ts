// Origins, a clock and timers for one isolate, in virtual time: what happens next happens at once.
import { setImmediate } from "node:timers/promises";
import { err, ok, type Result } from "../../../shared/result.ts";
import { isolateHealth } from "../../../worker/adapters/isolate-health.ts";
import { isolateLoad } from "../../../worker/adapters/isolate-load.ts";
import { isolateTurns } from "../../../worker/adapters/isolate-turns.ts";
import type { Pool } from "../../../worker/balancing/pool.ts";
import { send } from "../../../worker/balancing/send.ts";
import type { SendPorts, Sent } from "../../../worker/balancing/sending.ts";
import type { Subrequests } from "../../../worker/balancing/subrequests.ts";
import { NO_ORIGINS_TOLD } from "../../../worker/keeping/origins-told.ts";
import type { Body } from "../../../worker/message.ts";
import type { OriginFailure, OriginReply, OriginRequest } from "../../../worker/ports.ts";

/** `bodyMs`: how long its body takes once the header has come. */
export interface Says {
  readonly afterMs?: number;
  readonly status?: number;
  /** `upload`: the total time-out has passed before the client's body has. */
  readonly fails?: "connect" | "upload";
  readonly bodyMs?: number;
}

export interface Seen {
  readonly origin: string;
  readonly at: number;
  readonly request: OriginRequest;
  ended: "answered" | "failed" | "timed out" | "given up" | undefined;
}

export interface Asks {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Body;
  /** The origin that the client is bound to. */
  readonly pin?: string;
}

export class World {
  now = 1_000_000;
  readonly seen: Seen[] = [];
  readonly load = isolateLoad({ now: () => this.now });
  /** Of the bodies whose answer nobody gets. */
  cancelled = 0;
  /** How long requests were held back, one by one. */
  readonly pauses: number[] = [];
  readonly #says: (origin: string, request: OriginRequest) => Says;
  readonly #timers = new Set<{ readonly at: number; readonly act: () => void }>();
  readonly #ports: SendPorts;

  constructor(
    says: (origin: string, request: OriginRequest) => Says,
    random: () => number = () => 0,
    subrequests?: Subrequests,
  ) {
    this.#says = says;
    this.#ports = {
      now: () => this.now,
      after: (ms, act) => this.#after(ms, act),
      wait: (ms) => {
        this.pauses.push(ms);
        return new Promise((resolve) => void this.#after(ms, resolve));
      },
      random,
      health: isolateHealth(),
      turns: isolateTurns(),
      load: this.load,
      background: () => {},
      ...(subrequests && { subrequests }),
      origins: { fetch: (request) => this.#fetch(request) },
    };
  }

  /** Sends a request and lets time pass until it is answered. */
  async ask(pool: Pool, asks: Asks = {}): Promise<Sent> {
    const sent = this.start(pool, asks);
    let isOver = false;
    void sent.finally(() => {
      isOver = true;
    });
    for (await setImmediate(); !isOver; await setImmediate()) this.#next();
    return sent;
  }

  start(pool: Pool, { method = "GET", headers = {}, body = null, pin }: Asks = {}): Promise<Sent> {
    const ask = {
      method,
      target: "/",
      authority: "shop.test",
      headers: new Headers(headers),
      receivedBytes: 0,
      otherUrls: [],
    };
    const errand = { pool, ask, client: { ip: "192.0.2.1" }, body, retriesNonIdempotent: false };
    const bound = pin === undefined ? undefined : { origin: pin, expiresAt: Number.POSITIVE_INFINITY };
    return send({ ...errand, pin: bound, told: NO_ORIGINS_TOLD }, this.#ports);
  }

  /** Lets so much time pass, with all that happens in it. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (await setImmediate(); this.#nextAt() <= until; await setImmediate()) this.#next();
    this.now = until;
  }

  /** Lets everything happen that is still to come, except for what is done again and again. */
  async settle(): Promise<void> {
    await this.pass(10 * 60_000);
  }

  get timers(): number {
    return this.#timers.size;
  }

  asked(): string[] {
    return this.seen.map(({ origin, ended }) => `${origin} ${ended}`);
  }

  #nextAt = () => Math.min(...[...this.#timers].map(({ at }) => at));

  #next(): void {
    const at = this.#nextAt();
    const next = [...this.#timers].find((timer) => timer.at === at);
    if (!next) throw new Error("nothing more happens, and the request is not answered");
    this.#timers.delete(next);
    this.now = Math.max(this.now, at);
    next.act();
  }

  #after(ms: number, act: () => void): () => void {
    const timer = { at: this.now + ms, act };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #fetch(request: OriginRequest): Promise<Result<OriginReply, OriginFailure>> {
    const origin = new URL(request.url).hostname.replace(".test", "");
    const seen: Seen = { origin, at: this.now, request, ended: undefined };
    this.seen.push(seen);
    const { afterMs = 0, status = 200, fails, bodyMs = 0 } = this.#says(origin, request);
    const startedAt = this.now;
    return new Promise((resolve) => {
      const end = (ended: Seen["ended"], result: Result<OriginReply, OriginFailure>) => {
        if (seen.ended) return;
        seen.ended = ended;
        for (const callOff of timers) callOff();
        if (!result.ok) request.ended?.();
        resolve(result);
      };
      const late = (ended: "timed out" | "given up") =>
        end(ended, err({ kind: "timeout", afterMs: this.now - startedAt }));
      const withinMs = Math.min(request.firstByteMs, request.totalMs ?? Number.POSITIVE_INFINITY);
      const timers = [
        this.#after(afterMs, () => {
          if (fails === "connect") return end("failed", err({ kind: fails, message: "lost" }));
          if (fails) return end("failed", err({ kind: "timeout", afterMs: 1_000, duringUpload: true }));
          end("answered", ok(this.#reply(status, bodyMs, request)));
        }),
        this.#after(withinMs, () => late("timed out")),
      ];
      request.giveUp?.addEventListener("abort", () => late("given up"));
    });
  }

  #reply(status: number, bodyMs: number, { ended }: OriginRequest): OriginReply {
    let callOff = () => {};
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        callOff = this.#after(bodyMs, () => {
          controller.close();
          ended?.();
        });
      },
      cancel: () => {
        callOff();
        this.cancelled++;
        ended?.();
      },
    });
    return { status, statusText: "", headers: new Headers(), body, webSocket: null };
  }
}
