import { describe, expect, it } from "vitest";
import { withIdentity, withoutClaimed } from "../../../../worker/admission/authentication/identity-fields.ts";
import { anAsked } from "../../../support/asked.ts";

const asked = (headers: Record<string, string>) => anAsked("https://a.test/", { headers });
const NAMES = { names: new Set(["x-user"]) };

describe("what a client claims to be", () => {
  // oauth2-proxy CVE-2025-64484 (underscores), Traefik CVE-2026-39858 (aliases).
  it.each([
    "x-user",
    "X-User",
    "x_user",
    "X_USER",
    "remote-user",
    "remote_user",
    "x-remote-user",
    "x-auth-request-email",
    "x_auth_request_groups",
    "x-authentik-username",
    "x-webauth-user",
    "cf-access-authenticated-user-email",
    "cf_access_authenticated_user_email",
    "cf_access_jwt_assertion",
    "cf-access-client-id",
  ])("is removed: %s", (name) => {
    expect([...withoutClaimed(asked({ [name]: "admin", accept: "*/*" }), NAMES).headers.keys()]).toEqual([
      "accept",
    ]);
  });

  it("is left alone where it is something else", () => {
    const request = asked({ "x-user-agent": "x", "x-users": "y", user: "z", "cf-ray": "r" });
    expect(withoutClaimed(request, NAMES)).toBe(request);
  });
});

describe("what an origin is told", () => {
  const told = (value: unknown) =>
    withIdentity(asked({ "x-user": "forged" }), [{ name: "x-user", claim: "sub" }], {
      sub: value,
    }).headers.get("x-user");

  it.each([
    ["ann", "ann"],
    [42, "42"],
    [true, "true"],
    [["a", "b"], "a,b"],
    [["staff,admin", "b"], "staff%2Cadmin,b"],
    ["Ünal", "%C3%9Cnal"],
    ["a\r\nx-admin: 1", "a%0D%0Ax-admin: 1"],
    ["100%25", "100%2525"],
    ["\ud800", "%EF%BF%BD"],
    [" ann ", "%20ann%20"],
    ["ann  smith", "ann  smith"],
    [["a ", "b"], "a%20,b"],
  ])("%j", (value, field) => {
    expect(told(value)).toBe(field);
  });

  // Caddy's forward_auth left the client's own field in place where the answer lacked it (caddyserver/caddy, before 2.11).
  it.each([undefined, null, "", {}, [], "a".repeat(5_000)])(
    "nothing for %j, and not what the client said",
    (value) => {
      expect(told(value)).toBeNull();
    },
  );

  it("cannot be taken out by Connection", () => {
    const request = asked({ connection: "close, X-User", "x-user": "forged" });
    const { headers } = withIdentity(request, [{ name: "x-user", claim: "sub" }], { sub: "ann" });
    expect(headers.get("connection")).toBe("close");
    expect(headers.get("x-user")).toBe("ann");
  });
});
