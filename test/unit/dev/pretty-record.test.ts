import { describe, expect, it } from "vitest";
import { prettyRecord } from "../../../cli/dev/wrangler-lines.ts";
import { unpainted } from "../../../cli/printing/terminal-text.ts";
import type { LogRecord } from "../../../worker/ports.ts";

const record = {
  time: "2026-11-24T15:04:05.000",
  method: "GET",
  status: 200,
  ms: 12,
  host: "shop.example.com",
  path: "/a",
  query: null,
  route: "assets",
  cache: "uri-miss",
  cacheReason: null,
  origin: "fra",
  attempts: ["fra 200"],
  refusal: null,
} as unknown as LogRecord;
const pretty = (changes: Partial<LogRecord>) => prettyRecord({ ...record, ...changes }, unpainted);

describe("a request as one line", () => {
  it("tells when, what, how it ended, how long it took, by which route, cache and origin", () => {
    expect(pretty({})).toBe("15:04:05  GET   200    12 ms  shop.example.com/a  assets  uri-miss  fra");
  });

  it("tells why the cache did not keep it", () => {
    expect(pretty({ cacheReason: "no-store" })).toContain("  uri-miss (no-store)  ");
  });

  it("tells every attempt where there was more than one", () => {
    expect(pretty({ attempts: ["fra connect", "iad 200"], origin: "iad" })).toMatch(
      / {2}fra connect → iad 200$/,
    );
  });

  it("leaves out what there was not, and ends with the refusal", () => {
    const refused = {
      status: 404,
      route: null,
      cache: null,
      origin: null,
      attempts: [],
      refusal: "no-route",
    } as const;
    expect(pretty(refused)).toBe("15:04:05  GET   404    12 ms  shop.example.com/a  no-route");
  });

  it("shows the query where the site logs it", () => {
    expect(pretty({ query: "x=1" })).toContain("shop.example.com/a?x=1");
  });

  it("stands a request that could not be read", () => {
    expect(pretty({ method: null, host: null, path: null })).toContain("?");
  });
});
