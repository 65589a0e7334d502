// CORS policies in a site file: what is wrong with them, and what is suspicious.
import { describe, expect, it } from "vitest";
import { corsInVain } from "../../../shared/site/warnings/cors-in-vain.ts";
import { aSite, problemsIn, validSite, withRoute } from "./fixtures.ts";

const ofRoute = (cors: unknown, more: object = {}) => withRoute({ to: "web", cors, ...more });
const ORIGIN = "https://app.example.com";

describe("a CORS policy", () => {
  it.each([
    ["off"],
    [{ origins: "*" }],
    [{ origins: ["*"], methods: "*", headers: "*", expose: ["*"], maxAge: "0s" }],
    [{ origins: [ORIGIN, "http://localhost:8080", "http://[::1]:3000", "null", "capacitor://localhost"] }],
    [{ origins: "https://*.example.com:8443", methods: "put", headers: ["X-A"], credentials: true }],
  ])("may be %j", (cors) => {
    expect(problemsIn(ofRoute(cors))).toEqual([]);
    expect(problemsIn(aSite({ cors }))).toEqual([]);
  });

  it.each([
    "app.example.com",
    "https://app.example.com/",
    "https://app.example.com/path",
    "https://*",
    "https://*.com",
    "https://a.*.example.com",
    "https://*example.com",
    "https://user@app.example.com",
    "*.example.com",
    "https://münchen.example",
    "null://",
    "",
  ])("cannot have the origin %j", (origin) => {
    expect(problemsIn(ofRoute({ origins: [origin] }))).toEqual([
      expect.stringMatching(/^routes\[0\]\.cors\.origins\[0\] {2}is not an origin; write scheme and host/),
    ]);
  });

  it("writes an origin as browsers do", () => {
    const site = validSite(
      aSite({ cors: { origins: ["HTTPS://App.Example.com:443", "https://*.B.test:8443"] } }),
    );
    expect(site.cors).toMatchObject({ origins: ["https://app.example.com", "https://*.b.test:8443"] });
  });

  it("needs origins, which null without quotes is not", () => {
    expect(problemsIn(ofRoute({}))).toEqual([
      expect.stringMatching(/^routes\[0\]\.cors\.origins {2}is missing/),
    ]);
    expect(problemsIn(ofRoute({ origins: [null] }))).toEqual([expect.stringContaining('"null" in quotes')]);
  });

  // Fetch, CORS protocol and credentials.
  it.each([
    ["origins", { origins: "*" }],
    ["methods", { origins: ORIGIN, methods: ["*"] }],
    ["headers", { origins: ORIGIN, headers: ["x-a", "*"] }],
    ["expose", { origins: ORIGIN, expose: "*" }],
  ])("cannot have * in %s with credentials", (name, cors) => {
    const message = "cannot be `*` together with `credentials: true`; name each one";
    expect(problemsIn(ofRoute({ ...cors, credentials: true }))).toEqual([
      `routes[0].cors.${name}  ${message}`,
    ]);
    expect(problemsIn(aSite({ cors: { ...cors, credentials: true } }))).toEqual([`cors.${name}  ${message}`]);
    expect(problemsIn(ofRoute(cors))).toEqual([]);
  });

  it("cannot name origins beside all of them", () => {
    expect(problemsIn(ofRoute({ origins: ["*", ORIGIN] }))).toEqual([
      "routes[0].cors.origins  names origins beside `*`, which is all of them; remove one or the other",
    ]);
  });
});

describe("a CORS policy that is suspicious", () => {
  const warned = (value: unknown) =>
    corsInVain(validSite(value)).map(({ path, message }) => `${path}  ${message}`);

  it("gives credentials to pages of origin null", () => {
    expect(warned(ofRoute({ origins: ["null"], credentials: true }))).toEqual([
      expect.stringMatching(/^routes\[0\]\.cors\.origins {2}lets every page act as the user/),
    ]);
    expect(warned(ofRoute({ origins: ["null"] }))).toEqual([]);
    expect(warned(ofRoute({ origins: [ORIGIN], credentials: true }))).toEqual([]);
  });

  it("stands beside edits of the fields that it replaces", () => {
    const headers = { response: { set: { "Access-Control-Allow-Origin": "*" } } };
    const message = "has no effect: `cors` replaces the field after all edits";
    const path = "headers.response.set.access-control-allow-origin";
    const asWritten = (value: unknown) =>
      warned(value).map((line) => line.replace(/\["([^"]*)"\]/g, ".$1").toLowerCase());
    expect(asWritten(ofRoute({ origins: ORIGIN }, { headers }))).toEqual([`routes[0].${path}  ${message}`]);
    expect(asWritten(aSite({ cors: { origins: ORIGIN }, headers }))).toEqual([`${path}  ${message}`]);
    expect(warned(ofRoute("off", { headers }))).toEqual([]);
    expect(warned(ofRoute({ origins: ORIGIN }, { headers: { response: { set: { vary: "a" } } } }))).toEqual(
      [],
    );
  });

  it("allows methods that the route refuses", () => {
    const cors = { origins: ORIGIN, methods: ["GET", "PUT", "DELETE"] };
    expect(warned(ofRoute(cors, { methods: ["GET", "PUT"] }))).toEqual([
      "routes[0].cors.methods  allows DELETE, which `methods` refuses",
    ]);
    expect(warned(ofRoute(cors, { methods: ["GET", "PUT", "DELETE"] }))).toEqual([]);
    expect(warned(ofRoute(cors))).toEqual([]);
  });
});
