import { describe, expect, it } from "vitest";
import { toldByPlatform } from "../../../worker/rewriting/told-by-platform.ts";

const told = (status: number, fields: Record<string, string>) =>
  toldByPlatform({ status, headers: new Headers(fields) }, 19_000);

const PLATFORMS = { server: "cloudflare", "cf-ray": "9f1c2d3e4f5a6b7c-FRA", "content-type": "text/plain" };

describe("a response that Cloudflare made in the place of an origin", () => {
  it.each([520, 521, 523, 525, 526, 527, 530])("%d: there was no connection, or it was lost", (status) => {
    expect(told(status, PLATFORMS)).toMatchObject({
      kind: "connect",
      message: expect.stringContaining(`${status}`),
    });
  });

  it.each([522, 524])("%d: the time ran out", (status) => {
    expect(told(status, PLATFORMS)).toEqual({ kind: "timeout", afterMs: 19_000, told: status });
  });
});

describe("a response of the origin itself", () => {
  it.each([200, 404, 500, 502, 503, 504, 519, 531, 599])("%d is one, whoever is in front of it", (status) => {
    expect(told(status, PLATFORMS)).toBeUndefined();
  });

  it.each([
    ["nobody's", {}],
    ["another server's", { server: "nginx", "cf-ray": "9f1c2d3e4f5a6b7c-FRA" }],
    ["a server's without a ray", { server: "cloudflare" }],
  ])("521 is one with %s fields", (_whose, fields) => {
    expect(told(521, fields as Record<string, string>)).toBeUndefined();
  });
});
