// Which methods a site and its routes allow.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { decide } from "../../../worker/decision.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { anAsked, aSite } from "../../support/asked.ts";

function answerTo(method: string, file: Partial<SiteFile>, headers: Record<string, string> = {}) {
  const site = aSite({
    routes: [
      { id: "form", match: { path: "/form" }, methods: ["GET", "POST"], respond: { status: 200 } },
      { id: "all", match: { path: "/all/*" }, respond: { status: 200 } },
    ],
    ...file,
  });
  return (path: string) => {
    const asked = anAsked(`http://a.test${path}`, { method, headers });
    const decision = decide(site, asked, { requestId: "id", startedAt: 0 }, EMPTY_SNAPSHOT);
    if (decision.kind !== "answer") throw new Error("the edge should answer");
    const { reply, refusal } = decision.outcome;
    return [refusal?.reason ?? reply.status, reply.headers.get("allow")];
  };
}

describe("the methods of a route", () => {
  it.each(["GET", "HEAD", "POST"])("let %s pass", (method) => {
    expect(answerTo(method, {})("/form")).toEqual([200, null]);
  });

  it.each(["PUT", "DELETE", "OPTIONS", "PROPFIND"])("refuse %s, and say which are allowed", (method) => {
    expect(answerTo(method, {})("/form")).toEqual(["method-not-allowed", "GET, HEAD, POST"]);
    expect(answerTo(method, {})("/all/x")).toEqual([200, null]);
  });

  // Rack, Express and Rails take the method of a POST from these fields.
  it.each([
    { "x-http-method-override": "DELETE" },
    { "x-http-method": "put" },
    { x_method_override: "PATCH" },
    { "x-http-method-override": "POST, DELETE" },
  ])("refuse a POST with %o", (headers) => {
    expect(answerTo("POST", {}, headers)("/form")).toEqual(["method-not-allowed", "GET, HEAD, POST"]);
  });

  it("let a POST pass that overrides itself with a method that is allowed", () => {
    expect(answerTo("POST", {}, { "x-http-method-override": "get" })("/form")).toEqual([200, null]);
  });
});

describe("the methods of a site", () => {
  it("apply to all routes, and where no route takes the request", () => {
    const put = answerTo("PUT", { methods: ["GET"] });
    expect(put("/all/x")).toEqual(["method-not-allowed", "GET, HEAD"]);
    expect(put("/nowhere")).toEqual(["method-not-allowed", "GET, HEAD"]);
    expect(answerTo("GET", { methods: ["GET"] })("/nowhere")).toEqual(["no-route", null]);
  });

  it("are not widened by a route", () => {
    expect(answerTo("POST", { methods: ["GET"] })("/form")).toEqual(["method-not-allowed", "GET, HEAD"]);
  });
});
