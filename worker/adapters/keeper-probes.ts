// The probes of one keeper: when its alarm goes off, it asks the origins that are due and tells webhooks what has changed. Pure functions
// say what is due and what the results mean; this file sleeps, asks and stores.

import {
  addNotices,
  afterTry,
  dueNotices,
  type Notice,
  nextNoticeAt,
  noticeBody,
  readNotices,
} from "../keeping/notices.ts";
import { type OriginSeen, originsSeen } from "../keeping/origins-seen.ts";
import type { StoredOrigins } from "../keeping/origins-told.ts";
import type { ProbePlan } from "../keeping/probe.ts";
import {
  dueProbes,
  hear,
  nextProbeAt,
  observeProbes,
  type Probing,
  readProbing,
  webhookOf,
} from "../keeping/probing.ts";
import type { StandingChange } from "../keeping/standing-changes.ts";
import type { Origins } from "../ports.ts";
import type { KeeperParts } from "./keeper-parts.ts";
import { ProbesUnderWay } from "./probes-under-way.ts";
import { tellWebhook } from "./tell-webhook.ts";

/** While a probe hangs, the results of the others are looked at so often. */
const LOOK_EVERY_MS = 1_000;
/** Plans that are told again are the same for a long time; when they were told last is stored so often. */
const STORE_HEARD_EVERY_MS = 60_000;
export interface ProbesOptions {
  readonly parts: KeeperParts;
  readonly origins: Pick<Origins, "fetch">;
  /** The URL, with its secrets; undefined if one is lacking. */
  readonly webhookAt: (webhook: string) => string | undefined;
  /** Called after each round, and when probes are no longer wanted. */
  readonly onProbed: (probing: Probing, now: number) => void;
  /** Called when something is due at another time than before. */
  readonly wakeUp: (now: number) => Promise<void>;
}

export class KeeperProbes {
  readonly #options: ProbesOptions;
  #probing: Probing;
  #notices: readonly Notice[];
  #storedHeardAt = 0;
  readonly #telling = new Set<Notice>();
  readonly #underWay: ProbesUnderWay;
  /** The end of the round sets the next alarm. */
  #isProbing = false;

  constructor(options: ProbesOptions) {
    this.#options = options;
    const { parts, origins } = options;
    this.#underWay = new ProbesUnderWay(origins);
    this.#probing = readProbing(parts.read("probing"));
    this.#notices = readNotices(parts.read("notices"));
  }

  /** What an isolate has told. */
  async hear(told: readonly ProbePlan[], now: number): Promise<void> {
    const before = this.#probing;
    const after = hear(before, told, now);
    if (after === before) return;
    this.#probing = after;
    const isNews = Object.keys(after.probed).join() !== Object.keys(before.probed).join();
    if (isNews || now - this.#storedHeardAt >= STORE_HEARD_EVERY_MS) this.#store(now);
    if (isNews) this.#options.onProbed(after, now);
    await this.#options.wakeUp(now);
  }

  /** Work that is due. Never rejects for what an origin or a webhook does. */
  async alarm(now: () => number): Promise<void> {
    this.#tellNotices(now);
    this.#isProbing = true;
    try {
      await this.#probe(now);
    } finally {
      this.#isProbing = false;
      await this.#options.wakeUp(now());
    }
  }

  /** Until all have ended, or others are due: the platform begins no alarm before the last one has ended. */
  async #probe(now: () => number): Promise<void> {
    this.#underWay.begin(dueProbes(this.#probing, now(), this.#underWay.keys), now);
    for (let isOver = false; !isOver; ) {
      isOver = await this.#underWay.haveEnded(LOOK_EVERY_MS);
      this.#observe(now);
      const next = nextProbeAt(this.#probing, now(), this.#underWay.keys);
      isOver ||= next !== undefined && next <= now();
    }
  }

  #observe(now: () => number): void {
    const results = this.#underWay.take();
    if (results.length === 0) return;
    this.#probing = observeProbes(this.#probing, results, Math.random);
    this.#store(now());
    this.#options.onProbed(this.#probing, now());
  }

  /** For the webhooks of the pools that ask for it. */
  notify(changes: readonly StandingChange[], site: string, now: () => number): void {
    const added = changes.flatMap((change) => {
      const url = webhookOf(this.#probing, change);
      return url === undefined ? [] : [{ url, about: { site, ...change } }];
    });
    if (added.length === 0) return;
    this.#setNotices(addNotices(this.#notices, added, now()));
    this.#tellNotices(now);
  }

  seen(told: StoredOrigins): readonly OriginSeen[] {
    return originsSeen(told, this.#probing);
  }

  /** Not awaited: a webhook may be slow, and probes do not wait for it. */
  #tellNotices(now: () => number): void {
    for (const notice of dueNotices(this.#notices, now())) {
      if (this.#telling.has(notice)) continue;
      this.#telling.add(notice);
      void tellWebhook(this.#options.webhookAt(notice.url), noticeBody(notice)).then(async (isTold) => {
        this.#telling.delete(notice);
        this.#setNotices(afterTry(this.#notices, notice, isTold, now()));
        await this.#options.wakeUp(now());
      });
    }
  }

  #setNotices(notices: readonly Notice[]): void {
    this.#notices = notices;
    this.#options.parts.write("notices", notices);
  }

  #store(now: number): void {
    this.#options.parts.write("probing", this.#probing);
    this.#storedHeardAt = now;
  }

  /** When the alarm has to go off, for a probe and for a notice. */
  nextAt(now: number): readonly (number | undefined)[] {
    if (this.#isProbing) return [];
    const idle = this.#notices.filter((notice) => !this.#telling.has(notice));
    return [nextProbeAt(this.#probing, now, this.#underWay.keys), nextNoticeAt(idle, now)];
  }
}
