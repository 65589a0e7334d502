// What `health` of a pool may not say.
import { expect, it } from "vitest";
import { aSite, problemsIn } from "./fixtures.ts";

const origin = (index: number, rest = {}) => ({
  id: `o${index}`,
  url: `https://o${index}.example.net`,
  ...rest,
});
const withHealth = (health: Record<string, unknown>) =>
  aSite({ pools: { web: { origins: [origin(0)], health } } });

it.each([
  [
    { every: "15s", everyWhenGood: "10s" },
    "everyWhenGood  is shorter than `every` (15s); a good origin needs fewer probes, not more",
  ],
  [
    { every: "2s", everyInDoubt: "3s" },
    "everyInDoubt  is longer than `every` (2s); a doubt should be settled sooner, not later",
  ],
  [{ everyInDoubt: "249ms" }, "everyInDoubt  is too small; write at least 250ms"],
  [
    { method: "HEAD", expect: { body: "*ok*" } },
    "expect.body  never comes: an answer to HEAD has no body; write `method: GET`",
  ],
  [{ every: "999ms" }, "every  is too small; write at least 1s"],
  [{ timeout: "31s" }, "timeout  is too large; write at most 30s"],
  [{ path: "healthz" }, "path  is not a path; write `/healthz`, with its query if it has one"],
  [{ path: "/a#b" }, "path  is not a path; write `/healthz`, with its query if it has one"],
  [
    { headers: { Host: "a.test" } },
    "headers.Host  belongs to the edge, which sets it for each connection; remove it",
  ],
  [{ webhook: "hooks.test" }, "webhook  is not an http(s) URL"],
  [{ webhook: "https://me:secret@hooks.test/" }, "webhook  may not contain a user name or password"],
  [{ webhook: "${secret:hook}" }, "webhook  is not an http(s) URL"],
  [{ webhook: "https://${secret:USER}:x@hooks.test/" }, "webhook  may not contain a user name or password"],
  [{ path: "/${secret:PATH}" }, "path  has `${secret:PATH}`, but no secret is filled in here"],
  [{ fall: 0 }, "fall  must be at least 1"],
])("%j has a fault", (health, problem) => {
  expect(problemsIn(withHealth(health))).toEqual([`pools.web.health.${problem}`]);
});

it.each([
  {},
  { everyWhenGood: "15s" },
  { everyInDoubt: "15s" },
  { expect: { status: "2xx" } },
  { expect: { status: [200, 204, "3xx"] } },
  { method: "HEAD" },
  { webhook: "${secret:HOOK}" },
  { webhook: "https://hooks.test/services/${secret:PATH}" },
  { headers: { authorization: "Bearer ${secret:PROBE}" } },
])("%j has none", (health) => expect(problemsIn(withHealth(health))).toEqual([]));

it("a site probes 64 origins at most, and those that are off do not count", () => {
  const health = { path: "/h" };
  const origins = (from: number, count: number, rest = {}) =>
    Array.from({ length: count }, (_, index) => origin(from + index, rest));
  const pools = (more: readonly object[]) => ({
    web: { origins: origins(0, 60), health },
    api: { origins: [...origins(0, 4), ...more], health },
    third: { origins: origins(0, 9) },
  });
  expect(problemsIn(aSite({ pools: pools(origins(9, 3, { state: "off" })) }))).toEqual([]);
  expect(problemsIn(aSite({ pools: pools(origins(9, 1)) }))).toEqual([
    "pools.api.health  probes more than 64 origins, with the pools before it; probe fewer, or divide the site",
  ]);
});
