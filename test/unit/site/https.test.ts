// What `https` of a site and its routes may be.
import { describe, expect, it } from "vitest";
import { aSite, problemsIn, validSite } from "./fixtures.ts";

describe("https", () => {
  it.each(["off", "redirect", {}, { status: 301 }, { status: "308", acme: "redirect" }])(
    "may be %j",
    (https) => {
      expect(problemsIn(aSite({ https }))).toEqual([]);
      expect(problemsIn(aSite({ routes: [{ id: "rest", to: "web", https }] }))).toEqual([]);
    },
  );

  it("redirects with 308 and leaves ACME challenges open unless told", () => {
    expect(validSite(aSite({ https: "redirect" })).https).toEqual({ status: 308, acme: "open" });
  });

  it.each([true, "on", { status: 302 }, { acme: false }, { port: 8443 }])("may not be %j", (https) => {
    expect(problemsIn(aSite({ https }))).toHaveLength(1);
  });
});
