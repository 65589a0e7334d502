import { expect, it } from "vitest";
import { measureOf } from "../../../worker/delivery/measure.ts";
import { ownReply } from "../../../worker/message.ts";

it("a request that met no site is counted too", () => {
  const reply = ownReply(404, new Headers(), null);
  const outcome = { reply, refusal: { reason: "no-site", host: "x.test" } } as const;
  expect(measureOf(outcome, { requestId: "r", startedAt: 100 }, 107)).toEqual({
    site: null,
    route: null,
    status: 404,
    refusal: "no-site",
    cache: null,
    origin: null,
    ms: 7,
  });
});
