import { describe, expect, it } from "vitest";
import { formatProblem } from "../../../shared/site/problem.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { credentialIn, credentialsWritten } from "../../../shared/site/warnings/credentials-written.ts";
import { aSite } from "./fixtures.ts";

/** Put together here, so that no scanner takes this file for a leak. */
const JWT = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJhbm5hIn0", "c2lnbmF0dXJlLW9mLWl0"].join(".");
const HEX = "9f86d081884c7d659a2feaa0c55ad015";

describe("a value", () => {
  it.each<[name: string, value: string, what: string]>([
    ["authorization", "Basic bWU6cHc=", "credentials"],
    ["Authorization", "Bearer abc", "credentials"],
    ["proxy-authorization", "basic bWU6cHc=", "credentials"],
    ["x-a", `AKIA${"IOSFODNN7EXAMPLE"}`, "a key of AWS"],
    ["x-a", `Bearer ${JWT}`, "a JSON Web Token"],
    ["x-a", `gh${"p"}_${"a1".repeat(18)}`, "a token of GitHub"],
    ["x-a", `sk_${"live"}_4eC39HqLyjWDarjtT1`, "a key of Stripe"],
    ["x-a", `xox${"b"}-123456789012-abc`, "a token of Slack"],
    ["x-a", "-----BEGIN RSA PRIVATE KEY-----", "a private key"],
    ["x-api-key", HEX, "what looks like a key"],
    ["key", HEX, "what looks like a key"],
    ["X-Auth-Token", "Zm9vYmFyYmF6cXV4MTIzNDU2", "what looks like a key"],
    ["client_secret", "3d5f-aa91-7c20-bb18-e4d7", "what looks like a key"],
  ])("%s: %s has %s in it", (name, value, what) => expect(credentialIn(name, value)).toBe(what));

  it.each([
    ["authorization", "Bearer ${secret:API_TOKEN}"],
    ["authorization", "Basic ${secret:API_TOKEN}"],
    ["authorization", "Bearer :token"],
    ["authorization", "${client.ip}"],
    ["x-api-key", "${secret:API_KEY}"],
    ["x-api-key", "v1"],
    ["x-cache-key", "shop-assets-of-the-summer"],
    ["surrogate-key", "product-12 category-7 all-products"],
    ["cache-key", "aaaaaaaaaaaaaaaaaaaaaaa1"],
    ["etag", HEX],
    ["x-request-id", HEX],
    ["content-security-policy", `default-src 'self'; script-src 'nonce-${HEX}'`],
    ["monkey", HEX],
  ])("%s: %s has none", (name, value) => expect(credentialIn(name, value)).toBe(undefined));
});

it("is told with its place and how to mend it, and without the value", () => {
  const url = "https://a.example.net";
  const valid = validateSite(
    aSite({
      headers: {
        request: { set: { authorization: "Basic bWU6cHc=" } },
        response: { add: { "x-token": HEX } },
      },
      pools: {
        web: {
          origins: [{ id: "a", url }],
          health: { headers: { "x-key": HEX } },
          sorry: { respond: { headers: { "x-key": HEX } } },
        },
      },
      routes: [
        { id: "a", match: { path: "/a" }, respond: { headers: { "x-key": HEX } } },
        {
          id: "b",
          headers: { request: { set: { "x-key": HEX } }, response: { set: { "x-key": HEX } } },
          rewrite: { query: { set: { key: HEX } } },
          to: "web",
        },
      ],
    }),
  );
  if (!valid.ok) throw new Error(JSON.stringify(valid.error));
  const told = credentialsWritten(valid.value);
  expect(told.map(({ path }) => path)).toEqual([
    "headers.request.set.authorization",
    "headers.response.add.x-token",
    "pools.web.health.headers.x-key",
    "pools.web.sorry.respond.headers.x-key",
    "routes[0].respond.headers.x-key",
    "routes[1].headers.request.set.x-key",
    "routes[1].headers.response.set.x-key",
    "routes[1].rewrite.query.set.key",
  ]);
  expect(told[0] && formatProblem(told[0])).toBe(
    "headers.request.set.authorization  has credentials in it, which whoever can read the site file then knows; " +
      "write `${secret:NAME}` (docs/secrets.md)",
  );
  expect(JSON.stringify(told)).not.toContain(HEX);
});
