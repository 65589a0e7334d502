// RFC 9111 §4.4: what a change makes worthless.
import { ask, cc, type Given, get, type Row } from "../../../support/rows.ts";

const fresh = cc("max-age=600");

const changing = (name: string, method: string, given: Given, expect: "1" | "3"): Row => ({
  clause: "§4.4",
  name,
  given: [fresh, given, fresh],
  when: [get(), ask(method), get()],
  expect: ["1", {}, expect],
  asked: expect === "1" ? 2 : 3,
});

export const invalidation: Row[] = [
  ...["POST", "PUT", "DELETE", "PATCH", "LOCK"].map((method) =>
    changing(`a ${method} that succeeds invalidates its target`, method, {}, "3"),
  ),
  changing(
    "a redirect as its answer counts as success",
    "POST",
    { status: 303, headers: { location: "/x" } },
    "3",
  ),
  changing("one that the client is to blame for does not", "PUT", { status: 409 }, "1"),
  changing("one that fails at the origin does not", "POST", { status: 500 }, "1"),
  changing("a safe method does not", "OPTIONS", {}, "1"),
  {
    clause: "§4.4",
    name: "all variants of the target are invalidated",
    given: [cc("max-age=600", { vary: "Foo" })],
    when: [get({ foo: "a" }), get({ foo: "b" }), ask("POST"), get({ foo: "a" }), get({ foo: "b" })],
    expect: ["1", "2", {}, "4", "5"],
    asked: 5,
  },
  ...["location", "content-location"].map(
    (name): Row => ({
      clause: "§4.4",
      name: `what ${name === "location" ? "Location" : "Content-Location"} names on the same host is invalidated`,
      given: [fresh, { status: 201, headers: { [name]: "/page?named" } }, fresh],
      when: [get({}, "?named"), ask("POST", {}, { path: "?form" }), get({}, "?named")],
      expect: ["1", {}, "3"],
      asked: 3,
    }),
  ),
  {
    clause: "§4.4",
    name: "what they name on another host is not",
    given: [fresh, { status: 201, headers: { location: "http://other.test/page?named" } }, fresh],
    when: [get({}, "?named"), ask("POST", {}, { path: "?form" }), get({}, "?named")],
    expect: ["1", {}, "1"],
    asked: 2,
  },
  {
    clause: "§4.4",
    name: "another URI is not invalidated",
    given: [fresh],
    when: [get({}, "?a"), ask("POST", {}, { path: "?b" }), get({}, "?a")],
    expect: ["1", {}, "1"],
    asked: 2,
  },
  {
    clause: "§4.4",
    name: "the answers to a QUERY are invalidated with their target",
    given: [fresh],
    when: [
      ask("QUERY", {}, { body: "q" }),
      ask("QUERY", {}, { body: "q" }),
      ask("POST"),
      ask("QUERY", {}, { body: "q" }),
    ],
    expect: ["1", "1", {}, "3"],
    asked: 3,
  },
];
