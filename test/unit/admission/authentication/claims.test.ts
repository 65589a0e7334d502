import { describe, expect, it } from "vitest";
import { claimOf, compileClaims } from "../../../../worker/admission/authentication/claims.ts";

const CLAIMS = {
  sub: "ann",
  email: "ann@example.com",
  groups: ["staff", "editor"],
  scope: "read write:all",
  level: 3,
  admin: false,
  acts: [{ sub: "bob" }],
  nothing: null,
  none: [],
  realm_access: { roles: ["admin"] },
  "https://example.com/role": "owner",
};

const holds = (config: Parameters<typeof compileClaims>[0], claims: object = CLAIMS) =>
  compileClaims(config).every((condition) => condition.holds(claims as never));

describe("claims that are required", () => {
  it.each([
    [{ email: "*@example.com" }, true],
    [{ email: "*@example.org" }, false],
    [{ groups: "editor" }, true],
    [{ groups: ["admin", "staff"] }, true],
    [{ groups: "edit" }, false],
    [{ scope: "write:all" }, true],
    [{ scope: "write" }, false],
    [{ level: "3" }, true],
    [{ admin: "false" }, true],
    [{ "realm_access.roles": "admin" }, true],
    [{ "https://example.com/role": "owner" }, true],
    [{ phone: false }, true],
    [{ realm_access: false }, false],
    [{ realm_access: true }, true],
    [{ acts: false }, false],
    [{ nothing: false }, true],
    [{ none: false }, true],
    [{ phone: true }, false],
    [{ sub: true }, true],
    [{ sub: "ann", groups: "admin" }, false],
    [{ constructor: true }, false],
    [{ "__proto__.x": true }, false],
    [{ "groups.length": "2" }, true],
  ])("%j: %s", (config, expected) => {
    expect(holds(config as never)).toBe(expected);
  });

  it("read nothing that is not the client's own", () => {
    expect(claimOf({ a: "text" }, "a.length")).toBeUndefined();
    expect(claimOf({}, "toString")).toBeUndefined();
  });
});
