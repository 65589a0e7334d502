import { expect, it } from "vitest";
import { isOfThePage, supersedes } from "../../../worker/caching/supersede.ts";

it("a page that is gone, or has become private, makes what is held worthless", () => {
  expect(supersedes(404, "not-fresh-no-validator")).toBe(true);
  expect(supersedes(200, "private")).toBe(true);
  expect(supersedes(302, "no-store")).toBe(true);
});

it("an error says nothing of the page", () => {
  expect(supersedes(500, "no-store")).toBe(false);
  expect(supersedes(429, "private")).toBe(false);
});

it("what is said of the request says nothing of the page", () => {
  expect(supersedes(200, "authorization")).toBe(false);
  expect(supersedes(200, "request-no-store")).toBe(false);
  expect(isOfThePage("set-cookie")).toBe(true);
});
