import { describe, expect, it } from "vitest";
import { explain } from "../../../worker/explaining/explain.ts";
import type { ImaginedStored } from "../../../worker/explaining/stored-explained.ts";
import { aSite, facts } from "./imagine.ts";

const site = aSite({
  routes: [
    { id: "kept", match: { path: "/kept/*" }, cache: { ttl: "1h", staleIfError: "2h" }, to: "web" },
    {
      id: "both",
      match: { path: "/both" },
      cache: { staleWhileRevalidate: "1h", staleIfError: "1h", methods: ["GET", "QUERY"] },
      to: "web",
    },
    { id: "windows", match: { path: "/windows" }, cache: { staleWhileRevalidate: "1h" }, to: "web" },
    { id: "off", match: { path: "/off" }, cache: "off", to: "web" },
    { id: "rest", to: "web" },
  ],
});

function verdictOn(path: string, stored: Partial<ImaginedStored>, method = "GET", headers = {}) {
  const held = { status: 200, headers: [], ageMs: 0, ...stored };
  return explain(site, { ...facts(`https://shop.test${path}`, { method, headers }), stored: held }).cache
    ?.stored;
}

const header = (name: string, value: string) => [name, value] as const;

describe("what a stored response would allow", () => {
  it("is fresh within its lifetime, and tells how much of it is left", () => {
    const stored = verdictOn("/", { headers: [header("cache-control", "max-age=60")], ageMs: 45_000 });
    expect(stored).toMatchObject({ verdict: "fresh", because: "max-age", ttlSeconds: 15 });
  });

  it("is fresh for less than a second more: whole seconds are told, and no second that is not there", () => {
    const headers = [header("cache-control", "max-age=60")];
    expect(verdictOn("/", { headers, ageMs: 45_500 })?.ttlSeconds).toBe(14);
    expect(verdictOn("/", { headers, ageMs: 60_500 })?.ttlSeconds).toBe(-1);
  });

  it("is fetched anew after a hard purge", () => {
    const headers = [header("cache-control", "max-age=60"), header("etag", '"1"')];
    expect(verdictOn("/kept/x", { headers, purged: "hard" })).toEqual({
      verdict: "not-stored",
      because: "purged",
      ttlSeconds: null,
      notes: ["fetched anew, as if it had not been stored"],
    });
  });

  it("is validated after a soft purge, and still stands in for an origin that fails", () => {
    const headers = [header("cache-control", "max-age=60"), header("etag", '"1"')];
    const stored = verdictOn("/kept/x", { headers, purged: "soft" });
    expect(stored).toMatchObject({ verdict: "revalidate", because: "purged", ttlSeconds: 0 });
    expect(stored?.notes.slice(0, 2)).toEqual([
      "the origin is asked first, with if-none-match",
      "stands in for an origin that answers 5xx (until 2h past its freshness)",
    ]);
  });

  it("is not stored in the first place, purged or not", () => {
    const headers = [header("cache-control", "no-store")];
    expect(verdictOn("/", { headers, purged: "hard" })?.because).toBe("no-store");
  });

  it("answers HEAD as it answers GET", () => {
    const headers = [header("cache-control", "max-age=60")];
    expect(verdictOn("/", { headers }, "HEAD")).toEqual(verdictOn("/", { headers }));
  });

  it("may be a part in answer to a GET alone", () => {
    const headers = [header("cache-control", "max-age=60"), header("content-range", "bytes 0-1/9")];
    const part = (method: string) =>
      verdictOn("/both", { status: 206, headers }, method, { range: "bytes=0-1" });
    expect(part("GET")?.verdict).toBe("fresh");
    expect(part("QUERY")).toMatchObject({ verdict: "not-stored", because: "status-not-storable" });
  });

  it("is asked about with every validator at hand", () => {
    const headers = [
      header("cache-control", "max-age=60"),
      header("etag", '"1"'),
      header("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ];
    expect(verdictOn("/", { headers, ageMs: 90_000 })?.notes[0]).toBe(
      "the origin is asked first, with if-none-match and if-modified-since",
    );
  });

  it("names both of two windows that are without effect, and what forbids them", () => {
    expect(verdictOn("/both", { headers: [header("etag", `"1"`)] })?.notes.at(-1)).toBe(
      "cache.staleWhileRevalidate and cache.staleIfError without effect: nothing declares a lifetime for it",
    );
    const headers = [header("cache-control", "max-age=60, must-revalidate")];
    expect(verdictOn("/both", { headers })?.notes.at(-1)).toBe(
      "cache.staleWhileRevalidate and cache.staleIfError without effect: must-revalidate forbids every stale response",
    );
  });

  it("is asked about past it, with the validators at hand", () => {
    const headers = [header("cache-control", "max-age=60"), header("etag", '"1"')];
    expect(verdictOn("/", { headers, ageMs: 90_000 })).toEqual({
      verdict: "revalidate",
      because: "max-age",
      ttlSeconds: -30,
      notes: [
        "the origin is asked first, with if-none-match",
        "does not stand in for an origin that answers 5xx",
        "stands in for an origin that cannot be reached (until 1d past its freshness)",
      ],
    });
  });

  it("is served while it is refreshed within stale-while-revalidate", () => {
    const headers = [header("cache-control", "max-age=60, stale-while-revalidate=300")];
    expect(verdictOn("/", { headers, ageMs: 90_000 })).toMatchObject({ verdict: "stale-while-revalidate" });
  });

  it("is not served stale beside s-maxage, which forbids it", () => {
    const headers = [header("cache-control", "s-maxage=60, stale-while-revalidate=300")];
    expect(verdictOn("/", { headers, ageMs: 90_000 })).toMatchObject({
      verdict: "revalidate",
      because: "s-maxage",
      notes: [
        "fetched anew",
        "does not stand in for an origin that answers 5xx",
        "does not stand in for an origin that cannot be reached",
        "stale-while-revalidate without effect: s-maxage forbids every stale response; cache.staleDespiteSMaxage: true treats it as a lifetime only",
      ],
    });
  });

  it("tells that the route's own promises are in vain, and by what", () => {
    const headers = [header("cache-control", "max-age=60, must-revalidate")];
    expect(verdictOn("/kept/x", { headers })?.notes).toContain(
      "cache.staleIfError without effect: must-revalidate forbids every stale response",
    );
    expect(verdictOn("/kept/x", {})?.notes.join()).not.toContain("without effect");
  });

  it("tells that a window is without effect where nothing is fresh that it could stretch", () => {
    const notes = (stored: Partial<ImaginedStored>) => verdictOn("/windows", stored)?.notes;
    expect(notes({ headers: [header("etag", '"1"')] })).toEqual([
      "the origin is asked first, with if-none-match",
      "does not stand in for an origin that answers 5xx",
      "does not stand in for an origin that cannot be reached",
      "cache.staleWhileRevalidate without effect: nothing declares a lifetime for it",
    ]);
    expect(notes({ headers: [header("cache-control", "max-age=60")] })?.join()).not.toContain(
      "without effect",
    );
  });

  it("names what keeps an error from being stored", () => {
    const headers = [header("cache-control", "stale-while-revalidate=60")];
    expect(verdictOn("/windows", { status: 500, headers })).toMatchObject({
      verdict: "not-stored",
      because: "status-needs-lifetime",
    });
  });

  it("asks about no error", () => {
    const headers = [header("cache-control", "max-age=60"), header("etag", '"1"')];
    expect(verdictOn("/", { status: 404, headers, ageMs: 90_000 })?.notes[0]).toBe("fetched anew");
  });

  it("follows the route's own lifetime and stands in for a failing origin as long as the route says", () => {
    expect(verdictOn("/kept/x", { ageMs: 3_600_000 + 60_000 })).toMatchObject({
      verdict: "revalidate",
      because: "route-ttl",
      ttlSeconds: -60,
      notes: [
        "fetched anew",
        "stands in for an origin that answers 5xx (until 2h past its freshness)",
        "stands in for an origin that cannot be reached (until 1d past its freshness)",
      ],
    });
  });

  it("names the objection where it would never have been stored", () => {
    const headers = [header("cache-control", "max-age=60"), header("set-cookie", "sid=1")];
    expect(verdictOn("/", { headers })).toEqual({
      verdict: "not-stored",
      because: "set-cookie",
      ttlSeconds: null,
      notes: [],
    });
  });

  it("is of no interest where the cache is not asked", () => {
    expect(verdictOn("/off", { headers: [header("cache-control", "max-age=60")] })).toBeNull();
  });
});
