import { describe, expect, it } from "vitest";
import { validateSite } from "../../../shared/site/validate.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { explain } from "../../../worker/explaining/explain.ts";
import { factsOf } from "../../../worker/explaining/facts.ts";
import type { Secrets } from "../../../worker/ports.ts";

const FILE = {
  hosts: ["a.test"],
  lists: { bad: { url: "https://lists.test/?key=${secret:LIST}" } },
  access: { deny: { list: "bad" } },
  pools: {
    web: {
      origins: [{ id: "a", url: "http://origin.test" }],
      health: { headers: { "x-probe": "${secret:PROBE}" } },
      sorry: { respond: { headers: { "x-sorry": "${secret:SORRY}" } } },
    },
    other: { origins: [{ id: "b", url: "http://other.test" }] },
  },
  routes: [
    {
      id: "keyed",
      match: { path: "/keyed" },
      headers: { request: { set: { "x-key": "${secret:KEY}" } } },
      to: "web",
    },
    {
      id: "query",
      match: { path: "/query" },
      rewrite: { query: { set: { k: "${secret:QUERY}" } } },
      to: "other",
    },
    { id: "own", match: { path: "/own" }, respond: { headers: { "x-own": "${secret:OWN}" } } },
    { id: "plain", match: { path: "/plain" }, to: "other" },
    { id: "web", match: { path: "/web" }, to: "web" },
  ],
};

function answers(has: (name: string) => boolean, file: object = FILE) {
  const site = validateSite(file);
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  const asked: string[] = [];
  const secrets: Secrets = (name, secret, use) => {
    asked.push(`${name} ${secret} ${use}`);
    return has(secret) ? `the value of ${secret}` : undefined;
  };
  const compiled = compileSite(site.value, "v1", { secrets });
  const at = (path: string) =>
    explain(
      compiled,
      factsOf({
        method: "GET",
        url: `http://a.test${path}`,
        headers: [],
        ip: undefined,
        country: undefined,
        now: 0,
      }),
    );
  const refused = ["/keyed", "/query", "/own", "/plain", "/web", "/none"].filter(
    (path) => at(path).refusal?.reason === "secret-missing",
  );
  const probes = compiled.pools.get("web")?.probes ?? [];
  return { refused, asked: [...new Set(asked)], at, probes };
}

describe("a secret that is lacking", () => {
  it.each([
    ["KEY", ["/keyed"]],
    ["QUERY", ["/query"]],
    ["OWN", ["/own"]],
    ["SORRY", ["/keyed", "/web"]],
    ["PROBE", []],
    ["LIST", []],
    ["NONE", []],
  ])("%s: %j are refused, and the rest of the site is served", (lacking, paths) => {
    expect(answers((name) => name !== lacking).refused).toEqual(paths);
  });

  it("of a probe is no probe: it would find an origin down that is only asked without its key", () => {
    expect(answers((name) => name !== "PROBE").probes).toEqual([]);
    expect(answers(() => true).probes).toMatchObject([{ headers: [["x-probe", "${secret:PROBE}"]] }]);
  });

  it("of the site itself refuses all of it, and what no route takes", () => {
    const file = { ...FILE, headers: { response: { set: { "x-all": "${secret:ALL}" } } } };
    expect(answers((name) => name !== "ALL", file).refused).toEqual([
      "/keyed",
      "/query",
      "/own",
      "/plain",
      "/web",
      "/none",
    ]);
    expect(answers(() => true, file).refused).toEqual([]);
  });

  it("is looked up under the name of the site, for what it is used for", () => {
    expect(answers(() => true).asked.sort()).toEqual([
      "a.test KEY field",
      "a.test LIST url",
      "a.test OWN field",
      "a.test PROBE field",
      "a.test QUERY parameter",
      "a.test SORRY field",
    ]);
  });

  it("is told by `explain` by its name", () => {
    const { at } = answers(() => false);
    expect(at("/keyed").admission).toEqual([
      { name: "secrets", wants: "SORRY, KEY", verdict: "refused", because: "secret-missing" },
    ]);
  });

  it("is needed by nobody who compiles the site to check or to test it", () => {
    const site = validateSite(FILE);
    if (!site.ok) throw new Error(JSON.stringify(site.error));
    const facts = factsOf({
      ...{ method: "GET", url: "http://a.test/keyed", headers: [] },
      ...{ ip: undefined, country: undefined, now: 0 },
    });
    expect(explain(compileSite(site.value, "v1"), facts).toOrigin?.added).toContainEqual([
      "x-key",
      "${secret:KEY}",
    ]);
  });
});

describe("`explain` on a running edge", () => {
  it.each(["/keyed", "/query", "/own", "/plain", "/web", "/none"])("shows no value of %s", (path) => {
    const told = JSON.stringify(answers(() => true).at(path));
    expect(told).not.toContain("the value");
    expect(told).not.toContain("the%20value");
  });
});
