import { describe, expect, it } from "vitest";
import { err, ok } from "../../../shared/result.ts";
import { isolateHealth } from "../../../worker/adapters/isolate-health.ts";
import { isolateLoad } from "../../../worker/adapters/isolate-load.ts";
import { isolateTurns } from "../../../worker/adapters/isolate-turns.ts";
import { COPIES_AT_MOST, compileMirror } from "../../../worker/balancing/mirror.ts";
import { send } from "../../../worker/balancing/send.ts";
import { sendMirrored } from "../../../worker/balancing/send-mirrored.ts";
import { NO_ORIGINS_TOLD } from "../../../worker/keeping/origins-told.ts";
import type { OriginRequest } from "../../../worker/ports.ts";
import { aPool } from "./a-pool.ts";

const web = aPool({ a: {} });
const shadow = { ...aPool({ s: {} }), id: "shadow", key: "shop.test/shadow" };

function aWorld(copyAnswers: () => Promise<"refused" | "answered">) {
  const asked: OriginRequest[] = [];
  const work: Promise<unknown>[] = [];
  const counted: unknown[] = [];
  const load = isolateLoad({ now: () => 0 });
  const ports = {
    now: () => 0,
    after: () => () => {},
    wait: async () => {},
    random: () => 0,
    health: isolateHealth(),
    turns: isolateTurns(),
    load,
    background: (one: Promise<unknown>) => void work.push(one),
    metrics: {
      request: () => {},
      attempts: (...given: unknown[]) => void counted.push(given.slice(0, 2)),
      take: () => undefined,
      giveBack: () => {},
    },
    origins: {
      fetch: async (request: OriginRequest) => {
        asked.push(request);
        const isCopy = request.url.startsWith("https://s.test");
        if (isCopy && (await copyAnswers()) === "refused")
          return err({ kind: "connect", message: "refused" } as const);
        return ok({ status: 200, statusText: "", headers: new Headers(), body: null, webSocket: null });
      },
    },
  };
  const get = () =>
    sendMirrored(
      {
        pool: web,
        ask: {
          method: "GET",
          target: "/",
          authority: "shop.test",
          headers: new Headers(),
          receivedBytes: 0,
          otherUrls: [],
        },
        client: { ip: "192.0.2.1" },
        body: null,
        retriesNonIdempotent: false,
        told: NO_ORIGINS_TOLD,
      },
      {
        mirror: compileMirror(shadow, { to: "shadow", share: 1, maxBody: 0, nonIdempotent: false }),
        site: "shop.test",
        sendOwn: (errand) => send(errand, ports),
      },
      ports,
    );
  return { get, asked, work, counted, inFlight: () => load.inFlight("mirror shop.test/shadow") };
}

describe("a request with a mirror", () => {
  it("is answered by its own pool, which is asked first, and the copy is counted for the other", async () => {
    for (const end of ["answered", "refused"] as const) {
      const { get, asked, work, counted, inFlight } = aWorld(async () => end);
      const { sending, result } = await get();
      await Promise.all(work);
      expect([result.ok, sending.pool, sending.attempts.length]).toEqual([true, "web", 1]);
      expect(asked.map(({ url }) => url)).toEqual(["https://a.test/", "https://s.test/"]);
      expect(counted).toEqual([["shop.test", "shadow"]]);
      expect(inFlight()).toBe(0);
    }
  });

  it("does not wait for the copies, which are limited in number and give their places back", async () => {
    const open = Promise.withResolvers<"answered">();
    const { get, asked, work, inFlight } = aWorld(() => open.promise);
    for (let time = 0; time < COPIES_AT_MOST + 4; time++) expect((await get()).result.ok).toBe(true);
    expect(inFlight()).toBe(COPIES_AT_MOST);
    expect(asked).toHaveLength(2 * COPIES_AT_MOST + 4);
    open.resolve("answered");
    await Promise.all(work);
    expect(inFlight()).toBe(0);
  });
});
