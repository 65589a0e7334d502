import { describe, expect, it } from "vitest";
import type { Attempt } from "../../../worker/balancing/sending.ts";
import { measureOf } from "../../../worker/delivery/log-record.ts";
import { ownReply } from "../../../worker/message.ts";
import type { Outcome } from "../../../worker/outcome.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { anAsked, aSite } from "../../support/asked.ts";
import { aPool } from "../balancing/a-pool.ts";

const measured = (outcome: Outcome) => measureOf(outcome, { requestId: "r", startedAt: 100 }, 107);
const reply = (status: number) => ownReply(status, new Headers(), null);

describe("the numbers of a request", () => {
  it("are there where it met no site", () => {
    expect(measured({ reply: reply(404), refusal: { reason: "no-site", host: "x.test" } })).toEqual({
      site: null,
      route: null,
      status: 404,
      refusal: "no-site",
      cache: null,
      origin: null,
      ms: 7,
    });
  });

  it("say which site and route took it, and who answered", () => {
    const site = aSite({ routes: [{ id: "r", respond: {} }] });
    const asked = anAsked("http://a.test/");
    const matched = matchRoute(site, asked);
    const [fra, iad] = aPool({ fra: {}, iad: {} }).origins;
    if (!matched.ok || !fra || !iad) throw new Error("no route takes it");
    const attempt = (origin: typeof fra, status: number): Attempt => ({
      origin,
      attempted: { kind: "status", status },
      sentAt: 0,
      ms: 1,
    });
    const attempts = [attempt(fra, 503), attempt(iad, 200)];
    const sending = { pool: "web", attempts, answeredBy: attempts[1], stoppedBy: undefined };
    const known = { asked, site, matched: matched.value, sending };
    expect(measured({ ...known, reply: reply(200), cache: { kind: "forward", fwd: "uri-miss" } })).toEqual({
      site: "a.test",
      route: "r",
      status: 200,
      refusal: null,
      cache: "uri-miss",
      origin: "iad",
      ms: 7,
    });
    expect(measured({ reply: reply(200), cache: { kind: "hit", ttlSeconds: 1 } }).cache).toBe("hit");
  });

  it("name no origin where none answered", () => {
    const sending = { pool: "web", attempts: [], answeredBy: undefined, stoppedBy: undefined };
    expect(measured({ reply: reply(502), sending }).origin).toBeNull();
  });
});
