// What the check of a file asks of a set of keys beyond its shape, as far as JSON Schema can say it.
// test/unit/site/beyond-the-schema.ts compares the two, and lists what it cannot say.
import { ADDED_TO, LOOP_FIELD, REPLACED } from "../../shared/site/faults/edge-written-fields.ts";
import { MAX_LISTS } from "../../shared/site/lists-schema.ts";
import { EDGE_OWNED } from "../../shared/site/scalars.ts";
import { OF_THE_CONNECTION } from "../../shared/site/test-schema.ts";
import type { Constraint } from "./constraint.ts";

const ACTIONS = ["to", "files", "redirect", "respond"];
const NO_ORIGIN_IS_ASKED: Constraint = {
  properties: {
    rewrite: false,
    cache: false,
    headers: { type: "object", properties: { request: false } },
    retryNonIdempotent: { const: false },
  },
};

const titleCased = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
/** In the usual spellings. */
const noneOf = (...names: string[]): Constraint => ({
  not: { enum: names.flatMap((name) => [...new Set([name, titleCased(name), name.toUpperCase()])]) },
});

const edits = (unchangeable: Iterable<string>, notAdded: Iterable<string>): Constraint => ({
  type: "object",
  properties: {
    set: { type: "object", propertyNames: noneOf(...EDGE_OWNED, ...unchangeable) },
    add: { type: "object", propertyNames: noneOf(...EDGE_OWNED, ...notAdded) },
    remove: { type: "array", items: noneOf(...EDGE_OWNED, ...unchangeable) },
  },
});

const HEADER_EDITS: Constraint = {
  properties: { request: edits([LOOP_FIELD], []), response: edits([...ADDED_TO, ...REPLACED], REPLACED) },
};
const SECURITY_HEADERS: Constraint = { propertyNames: noneOf(...EDGE_OWNED, ...ADDED_TO, ...REPLACED) };

const SOMETHING: Constraint = { type: "object", minProperties: 1 };

/** Strict validators want a key that is required to be described beside. */
const having = (...keys: (string | [name: string, value: Constraint])[]): Constraint => {
  const properties = Object.fromEntries(keys.map((key) => (typeof key === "string" ? [key, {}] : key)));
  return { type: "object", required: Object.keys(properties), properties };
};

const EXPECTED_FIELDS: Constraint = { propertyNames: noneOf(...OF_THE_CONNECTION) };

const CLIENTS: Constraint = {
  anyOf: [
    ...["ip", "list", "country", "continent", "asn", "userAgent"].map((key) => having(key)),
    having(["header", SOMETHING]),
    having(["cookie", SOMETHING]),
  ],
};
const ACCESS: Constraint = {
  anyOf: [having("allow"), having("deny")],
  properties: { allow: CLIENTS, deny: CLIENTS },
};

/** By place, as docs/configuration.md names it. */
export const KEYS_AT: Readonly<Record<string, Constraint>> = {
  hosts: { uniqueItems: true },
  access: ACCESS,
  lists: { maxProperties: MAX_LISTS },
  "lists.<name>": { oneOf: [having("ranges"), having("url")], not: having("ranges", "every") },
  "pools.<name>": {
    if: having(["balance", { const: "hash" }]),
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: having("hash"),
    not: having(["balance", { not: { const: "hash" } }], "hash"),
  },
  "pools.<name>.origins": {
    contains: {
      type: "object",
      properties: { state: { const: "active" }, weight: { type: "number", exclusiveMinimum: 0 } },
    },
  },
  "pools.<name>.health": {
    not: having(["method", { const: "HEAD" }], ["expect", having("body")]),
    properties: { headers: { type: "object", propertyNames: noneOf(...EDGE_OWNED) } },
  },
  "routes[]": {
    oneOf: ACTIONS.map((action) => having(action)),
    if: { anyOf: [having("redirect"), having("respond")] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: NO_ORIGIN_IS_ASKED,
  },
  "routes[].files": { not: having(["spa", { not: { const: false } }], "else") },
  "routes[].redirect": {
    anyOf: [having("to"), having("scheme")],
    not: having("scheme", ["to", { type: "string", pattern: "^http" }]),
  },
  "routes[].respond": {
    properties: { headers: { type: "object", propertyNames: noneOf(...EDGE_OWNED, ...REPLACED) } },
  },
  "auth.fields": { propertyNames: noneOf(...EDGE_OWNED) },
  "auth.forward": { properties: { receive: { type: "array", items: noneOf(...EDGE_OWNED) } } },
  "auth.jwt": {
    oneOf: ["jwks", "keys", "secret"].map((source) => having(source)),
    not: having("header", "cookie"),
  },
  log: {
    not: having(["format", { const: "combined" }], "fields"),
    if: having(["format", { const: "fields" }]),
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: having("fields"),
  },
  "log.fields": { uniqueItems: true },
  headers: HEADER_EDITS,
  "routes[].headers": HEADER_EDITS,
  "security.headers": SECURITY_HEADERS,
  "routes[].security.headers": SECURITY_HEADERS,
  "tests[].expect": {
    anyOf: [
      ...["route", "status", "reason", "location", "origins", "key", "verdict"].map((key) => having(key)),
      having(["headers", SOMETHING]),
      having([
        "request",
        {
          type: "object",
          anyOf: [
            having("method"),
            having(["url", { anyOf: [{ type: "string" }, SOMETHING] }]),
            having(["headers", SOMETHING]),
          ],
        },
      ]),
    ],
  },
  "tests[].expect.headers": EXPECTED_FIELDS,
  "tests[].expect.request.headers": EXPECTED_FIELDS,
};
