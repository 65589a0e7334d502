import { describe, expect, it } from "vitest";
import { rootSecretMissing } from "../../../../cli/secrets/root-secret-missing.ts";
import { siteSchema } from "../../../../shared/site/schema.ts";
import { aSite, WEB } from "../../site/fixtures.ts";

const missedIn = (file: Record<string, unknown>, env: Record<string, string> = {}) =>
  rootSecretMissing(
    [
      {
        site: siteSchema.parse(aSite(file)),
        locate: (problem) => ({ ...problem, file: "a.yaml", line: 1, column: 1 }),
      },
    ],
    env,
  ).map(({ path, message }) => [path, message]);

const MADE_UP = /^needs the secret HEADGATE_SECRET, which is not set here: .* make one up for each run$/;
const NOT_MADE_UP = /^needs the secret HEADGATE_SECRET, which is not set here: an edge without it [a-z ]*$/;
const OIDC = { issuer: "https://login.test", clientId: "a", clientSecret: "${secret:LOGIN}" };

describe("a secret that is not in the environment", () => {
  it("is missed by a site that needs it, at the place that does", () => {
    const sticky = { pools: { web: WEB, app: { ...WEB, sticky: {} } } };
    expect(missedIn(sticky)).toEqual([["pools.app.sticky", expect.stringMatching(MADE_UP)]]);
    expect(missedIn(sticky, { HEADGATE_SECRET: "" })).toHaveLength(1);
    expect(missedIn(sticky, { HEADGATE_SECRET: "x".repeat(32) })).toEqual([]);
  });

  it.each<[Record<string, unknown>, string, RegExp]>([
    [{ challenge: "proof-of-work" }, "challenge", MADE_UP],
    [{ routes: [{ id: "a", to: "web", auth: { oidc: OIDC } }] }, "routes[0].auth.oidc", MADE_UP],
    [{ routes: [{ id: "a", to: "web", auth: { signed: {} } }] }, "routes[0].auth.signed", NOT_MADE_UP],
    [{ purgeRequests: {} }, "purgeRequests", NOT_MADE_UP],
  ])("is missed by %j", (file, path, message) => {
    expect(missedIn(file)).toEqual([[path, expect.stringMatching(message)]]);
  });

  it.each<Record<string, unknown>>([
    {},
    { auth: { signed: { secret: "${secret:LINKS}" } } },
    { auth: "off", challenge: "off" },
    { purgeRequests: { tokens: ["0".repeat(64)] } },
  ])("is not missed by %j", (file) => {
    expect(missedIn(file)).toEqual([]);
  });
});
