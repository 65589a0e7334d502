// Servers repeat the query in a redirect: nginx and Apache where they add a slash to a directory, Express and Django likewise.
import { describe, expect, it } from "vitest";
import { ownReply } from "../../../worker/message.ts";
import { withoutEchoes } from "../../../worker/rewriting/echoed-secrets.ts";
import { DecodedHeaders } from "../../support/decoded-headers.ts";

const KEY = "s3cret /&+key";
const SENT = encodeURIComponent(KEY);

function told(location: string, { status = 301, sent = SENT, field = "location" } = {}) {
  const headers = new DecodedHeaders({
    [field]: location,
    "content-length": "40",
    "content-type": "text/html",
  });
  const reply = ownReply(status, headers, "Redirecting to it");
  const target = { told: "/dir?a=1&key=${secret:KEY}", sent: `/dir?a=1&key=${sent}` };
  const ask = { method: "GET", authority: "a.test", headers: new Headers(), receivedBytes: 0, otherUrls: [] };
  return withoutEchoes(reply, { ...ask, target: target.told, withheld: { fields: [], target } });
}

describe("a redirect that repeats the secret of a query", () => {
  it.each([
    [`/dir/?a=1&key=${SENT}`, "/dir/?a=1"],
    [`/dir/?key=${SENT}&a=1`, "/dir/?a=1"],
    [`/dir/?key=${SENT}`, "/dir/"],
    [`https://b.test/dir/?key=${SENT}#part`, "https://b.test/dir/#part"],
    [`/dir/?apikey=${SENT.toLowerCase()}&a=1`, "/dir/?a=1"],
    ["/dir/?key=s3cret+/%26%2Bkey", "/dir/"],
    [`/login?next=${encodeURIComponent(`/dir/?key=${SENT}`)}&b=2`, "/login?b=2"],
    [`/app#token=${SENT}`, "/app"],
    [`/dir/${SENT}`, null],
  ])("is told without it: %s", (location, expected) => {
    const { headers, body, bodyLength } = told(location);
    expect([headers.get("location"), headers.get("content-length"), body, bodyLength]).toEqual([
      expected,
      null,
      null,
      undefined,
    ]);
  });

  it("is told without it in Content-Location, beside the content", () => {
    const { headers, body } = told(`/dir/?key=${SENT}`, { status: 200, field: "content-location" });
    expect([headers.get("content-location"), body]).toEqual(["/dir/", "Redirecting to it"]);
  });
});

it.each([
  ["/dir/?a=1&key=other", SENT],
  ["https://b.test/?a=1&;&&=#", SENT],
  ["/dir/?page=12&next=k", "1"],
  ["/dir/?key=%zz+%ff", SENT],
])("leaves a redirect that does not repeat it: %s", (location, sent) => {
  const { headers, body } = told(location, { sent });
  expect([headers.get("location"), body]).toEqual([location, "Redirecting to it"]);
});

it("finds a short secret as a whole value only", () => {
  expect(told("/dir/?page=12&key=1", { sent: "1" }).headers.get("location")).toBe("/dir/?page=12");
});

it("does without a URL that cannot be written anew", () => {
  expect(told(`/d\uFFFD/?key=${SENT}`).headers.has("location")).toBe(false);
});
