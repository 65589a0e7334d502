// A few thousand generated requests without a good credential: none of them reaches an origin behind a proof, whatever they are made of.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { anIsolate, type Isolate, pushed } from "../../support/isolate.ts";

/** The isolate of the tests takes a text for its own digest. */
const KEY = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const SECRET_ROUTES = ["k", "b", "j", "s"];

const SITE = {
  hosts: ["shop.test"],
  pools: { web: { origins: [{ id: "a", url: "https://a.test" }], retry: { attempts: 1 } } },
  auth: { key: { keys: { ci: KEY }, header: "x-api-key", query: "api_key", cookie: "key" } },
  routes: [
    { id: "open", match: { path: "/open/*" }, auth: "off", to: "web" },
    {
      id: "b",
      match: { path: "/b/*" },
      auth: { basic: { users: { ann: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" } } },
      to: "web",
    },
    {
      id: "j",
      match: { path: "/j/*" },
      auth: {
        jwt: {
          issuer: "https://id.test",
          audience: "shop",
          keys: [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }],
          algorithms: ["EdDSA"],
        },
      },
      to: "web",
    },
    { id: "s", match: { path: "/s/*" }, auth: { signed: {} }, to: "web", cache: { ttl: "1h" } },
    { id: "rest", to: "web", cache: { ttl: "1h" } },
  ],
};

const NONE = Buffer.from('{"alg":"none"}').toString("base64url");
const CLAIMS = Buffer.from('{"iss":"https://id.test","aud":"shop","sub":"ann","exp":9999999999}').toString(
  "base64url",
);
const GRANT = Buffer.from('{"e":9999999999,"h":"shop.test","p":"/"}').toString("base64url");
const CREDENTIALS = [
  "",
  "Bearer",
  "Bearer x",
  `Bearer ${NONE}.${CLAIMS}.`,
  `Bearer ${NONE}.${CLAIMS}.${"A".repeat(86)}`,
  "Basic YW5uOg==",
  "Basic YW5uOngK",
  "Basic Y29uc3RydWN0b3I6eA==",
  `${GRANT}.${"A".repeat(43)}`,
  "undefined",
  "null",
  KEY.toUpperCase(),
  `${KEY} `,
];

const segment = fc.oneof(
  fc.constantFrom(
    ...SECRET_ROUTES,
    "open",
    "x",
    "..",
    ".",
    "",
    "%2e%2e",
    "%6f",
    "..;",
    "open;a",
    "%2Fopen",
    "O",
    "*",
  ),
  fc.stringMatching(/^[a-z%.;~-]{0,6}$/),
);
const target = fc
  .tuple(
    fc.array(segment, { minLength: 1, maxLength: 5 }),
    fc.constantFrom(
      "",
      "?",
      ...CREDENTIALS.map((one) => `?api_key=${encodeURIComponent(one)}`),
      `?hg-signed=${GRANT}.${"A".repeat(43)}`,
      "?open=1",
      "?_method=GET",
    ),
  )
  .map(([segments, query]) => `/${segments.join("/")}${query}`);
const fieldName = fc.constantFrom(
  ...[
    "authorization",
    "x-api-key",
    "x_api_key",
    "cookie",
    "connection",
    "x-original-url",
    "x-rewrite-url",
    "x-forwarded-uri",
  ],
  ...[
    "x-http-method-override",
    "x-user",
    "remote-user",
    "cf-access-jwt-assertion",
    "x-forwarded-for",
    "range",
    "if-none-match",
  ],
  ...[
    "cache-control",
    "max-forwards",
    "origin",
    "access-control-request-method",
    "upgrade",
    "x-headgate-mirror",
    "proxy-authorization",
  ],
);
const fieldValue = fc.oneof(
  fc.constantFrom(
    ...CREDENTIALS,
    "/open/x",
    "/",
    "GET",
    "127.0.0.1",
    "0",
    "only-if-cached",
    "websocket",
    "authorization, x-api-key",
  ),
  fc.constantFrom(...CREDENTIALS).map((one) => `key=${one}; hg-signed=${one}`),
  fc.stringMatching(/^[ -~]{0,20}$/),
);
const method = fc.constantFrom(
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "QUERY",
  "PROPFIND",
  "PATCH",
);

/** The route takes it with parameters of its segments too (`/open;v=1`, `/;/open`): servers that know them strip them. */
const isOpen = (url: string): boolean =>
  /^https:\/\/a\.test\/open(?:[/?]|$)/.test(url.replace(/;[^/?]*/g, "").replace(/(?<!:)\/{2,}/g, "/"));

describe("a request without a good credential", () => {
  let isolate: Isolate;
  const asked: string[] = [];
  beforeAll(async () => {
    isolate = anIsolate({
      texts: await pushed(SITE),
      store: memoryStore(1_000_000),
      now: () => 1_800_000_000_000,
      origin: async ({ url }) => {
        asked.push(url);
        return { body: `secret of ${url}` };
      },
    });
  });

  it("reaches an open route, and with a good one the others", async () => {
    await isolate.ask("GET", {}, "/open/x");
    await isolate.ask("GET", { "x-api-key": KEY }, "/x");
    await isolate.ask("GET", { authorization: `Basic ${btoa("ann:secret")}` }, "/b/x");
    expect(asked.splice(0)).toEqual(["https://a.test/open/x", "https://a.test/x", "https://a.test/b/x"]);
  });

  it("reaches nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        method,
        target,
        fc.dictionary(fieldName, fieldValue, { maxKeys: 5 }),
        async (verb, path, fields) => {
          asked.length = 0;
          const body = await isolate.ask(verb, fields, path);
          // Also out of the store.
          const [, stored] = /^secret of (\S+)/.exec(body) ?? [];
          const had = [...asked, ...(stored === undefined ? [] : [stored])];
          expect(had.filter((url) => !isOpen(url))).toEqual([]);
        },
      ),
      { numRuns: 4_000, seed: 15 },
    );
  });
});
