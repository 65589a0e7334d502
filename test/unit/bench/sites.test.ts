// The sites that are measured are real ones: valid, and deciding what the claims say they do.
import { describe, expect, it } from "vitest";
import {
  EVERY_FEATURE,
  FEATURE_HEADERS,
  FEATURE_QUERY,
  hostOf,
  manyRoutes,
  manySites,
  oneSite,
  plainSite,
} from "../../../bench/sites.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { anAsked, aSite } from "../../support/asked.ts";
import { EdgeInProcess } from "./edge-in-process.ts";

const ORIGIN = "http://origin.test";

describe("the sites of the benchmark", () => {
  it.each([
    ["plain", plainSite(ORIGIN)],
    ["with 1,000 routes", plainSite(ORIGIN, { routes: manyRoutes(1_000) })],
    ["with every feature", plainSite(ORIGIN, EVERY_FEATURE)],
  ])("%s, are valid", (_, file) => {
    expect(validateSite(file)).toMatchObject({ ok: true });
  });

  it("stand each under a host of its own", () => {
    const sites = manySites(ORIGIN, 3);
    expect(Object.keys(sites)).toEqual([hostOf(0), hostOf(1), hostOf(2)]);
    expect(JSON.parse(sites[hostOf(2)] ?? "")).toMatchObject({ hosts: ["site-2.bench.test"] });
  });

  it("have the route that takes the measured request last", () => {
    const site = aSite({ ...plainSite(ORIGIN), routes: manyRoutes(1_000) });
    const matched = matchRoute(site, anAsked("http://bench.test/kept/10k.bin"));
    expect(matched).toMatchObject({ ok: true, value: { route: { id: "rest" } } });
    expect(site.routes.at(-1)?.().id).toBe("rest");
    expect(site.routes).toHaveLength(1_000);
  });

  it("with every feature take the measured request by the route that has them, and answer it from the cache", async () => {
    const edge = new EdgeInProcess(oneSite(ORIGIN, EVERY_FEATURE), {}, "a page");
    const url = `http://bench.test/kept/10k.bin${FEATURE_QUERY}`;
    const ask = () => edge.serve(new Request(url, { headers: { host: "bench.test", ...FEATURE_HEADERS } }));
    await new Response((await ask()).body as BodyInit).text();
    await edge.settled();
    const { headers } = await ask();
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-status": "headgate; hit; ttl=3600",
      "permissions-policy": "camera=()",
      "x-edge": "headgate",
      "x-route": "every",
    });
    expect(edge.asked.origins).toBe(1);
  });
});
