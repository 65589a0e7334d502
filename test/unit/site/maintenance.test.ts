// What `maintenance` of a site may be.
import { describe, expect, it } from "vitest";
import { aSite, problemsIn } from "./fixtures.ts";

const token = "${secret:BYPASS}";

describe("maintenance", () => {
  it.each([
    {},
    { on: true, retryAfter: "1h" },
    { bypass: { ip: ["192.0.2.0/24", "2001:db8::1"] } },
    { bypass: { header: "X-Bypass", token } },
    { bypass: { ip: "192.0.2.1", cookie: "bypass", token }, page: { body: "soon", type: "text/plain" } },
  ])("may be %j", (maintenance) => {
    expect(problemsIn(aSite({ maintenance }))).toEqual([]);
  });

  it.each([
    [{ bypass: {} }, "lets nobody in"],
    [{ bypass: { header: "x-bypass" } }, "needs a `token`"],
    [{ bypass: { cookie: "bypass", ip: "192.0.2.1" } }, "needs a `token`"],
    [{ bypass: { ip: "192.0.2.1", token } }, "is held by nothing"],
    [{ bypass: { header: "x-bypass", token: "in the file" } }, "is not a reference to a secret"],
    [{ bypass: { header: "host", token } }, "belongs to the edge"],
    [{ bypass: { cookie: "a b", token } }, "is not the name of a cookie"],
    [{ page: { body: "soon", type: "a\nb" } }, "is not a media type"],
    [{ retryAfter: "8d" }, "write at most 7d"],
    [{ page: {} }, "is missing"],
  ])("may not be %j", (maintenance, message) => {
    expect(problemsIn(aSite({ maintenance }))).toEqual([expect.stringContaining(message)]);
  });

  it("belongs to the site", () => {
    expect(problemsIn(aSite({ routes: [{ id: "rest", to: "web", maintenance: {} }] }))).toHaveLength(1);
  });
});
