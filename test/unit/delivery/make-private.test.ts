// What is for one client alone, or for some, must reach no cache that gives it to others, whatever its origin says to those caches.
import { describe, expect, it } from "vitest";
import { makePrivate } from "../../../worker/delivery/make-private.ts";

function told(fields: Record<string, string>) {
  const headers = new Headers(fields);
  makePrivate(headers);
  return Object.fromEntries(headers);
}

// RFC 9213 §2.2 and §4. nginx: ngx_http_upstream_process_accel_expires. The others as their vendors document them.
describe.each([
  "CDN-Cache-Control",
  "Headgate-Cache-Control",
  "Cloudflare-CDN-Cache-Control",
  "Vercel-CDN-Cache-Control",
  "Netlify-CDN-Cache-Control",
  "Akamai-Cache-Control",
  "X-LiteSpeed-Cache-Control",
  "Surrogate-Control",
  "Edge-Control",
  "X-Accel-Expires",
])("a field for one cache: %s", (name) => {
  it.each(["private", "no-store", "public, max-age=60"])("does not override %s", (value) => {
    expect(told({ "cache-control": value, [name]: "max-age=600" })).not.toHaveProperty(name.toLowerCase());
  });
});

it("leaves fields that are for no cache", () => {
  const others = { "x-cache-controller": "a", "x-accel-buffering": "no", expires: "0", "surrogate-key": "b" };
  expect(told(others)).toEqual({ ...others, "cache-control": "private" });
});

// RFC 9111 §5.2: caches differ in what they make of a field that does not follow the grammar.
it.each([
  ["private", "private"],
  ["max-age=60, Private", "max-age=60, Private"],
  ["private, s-maxage=60", "private"],
  ["public, private, max-age=60", "max-age=60, private"],
  ["private;max-age=60", "private"],
  ['max-age=60, private="x', "private"],
  ['max-age=60, x="a, private"', 'max-age=60, x="a, private", private'],
  ['x="a, public, max-age=60', "private"],
  ["'private', max-age=60", "max-age=60, private"],
  ["public max-age=60, must-revalidate", "must-revalidate, private"],
  ["No-Store", "No-Store"],
  ["max-age=60, no-store", "max-age=60, no-store"],
  ["no-store=1, max-age=60", "no-store"],
  ["'no-store', max-age=60", "no-store"],
  ["no-store;max-age=60", "no-store"],
  ['max-age=60, x="a, no-store', "no-store"],
])("%s becomes %s", (sent, made) => {
  expect(told({ "cache-control": sent })["cache-control"]).toBe(made);
});
