// Which requests are to purge, and with which key of which site.
import { describe, expect, it } from "vitest";
import { decide } from "../../../worker/decision.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { isPurgeRequest, purgePurpose } from "../../../worker/purging/purge-rules.ts";
import { anAsked, aSite } from "../../support/asked.ts";

const parts = {
  hosts: ["shop.test"],
  pools: { web: { origins: [{ id: "a", url: "http://a.test" }] } },
  routes: [{ id: "all", to: "web" }],
};
const visit = { requestId: "1", startedAt: 0 };
const kindOf = (method: string, purgeRequests?: object, switches = EMPTY_SNAPSHOT.switches) =>
  decide(
    aSite({ ...parts, ...(purgeRequests && { purgeRequests }) }),
    anAsked("https://shop.test/page", { method }),
    visit,
    { ...EMPTY_SNAPSHOT, switches },
  ).kind;

describe("a request to purge", () => {
  it.each(["PURGE", "BAN"])("is a %s, if the site takes them", (method) => {
    expect(isPurgeRequest(method)).toBe(true);
    expect(kindOf(method, {})).toBe("purge");
    expect(kindOf(method)).toBe("forward");
  });

  it.each(["GET", "HEAD", "POST", "DELETE", "purge", ""])("is no %s", (method) => {
    expect(isPurgeRequest(method)).toBe(false);
    if (method === "GET") expect(kindOf(method, {})).toBe("forward");
  });

  it("reaches a site that is switched off", () => {
    const off = { ...EMPTY_SNAPSHOT.switches, kill: true };
    expect([kindOf("PURGE", {}, off), kindOf("GET", {}, off)]).toEqual(["purge", "answer"]);
  });

  it("is signed with a key for its site alone", () => {
    expect(purgePurpose("shop.test")).toBe("headgate purge shop.test");
  });
});
