import { describe, expect, it } from "vitest";
import { capturesOf, expressionsIn } from "../../../shared/site/path-pattern.ts";
import { placeholdersIn, type ValuePart, valueParts } from "../../../shared/site/placeholders.ts";

const text = (of: string): ValuePart => ({ kind: "text", text: of });

describe("the parts of a value", () => {
  const captures = new Set(["id", "*"]);
  const ROWS: [value: string, parts: ValuePart[]][] = [
    ["", []],
    ["plain", [text("plain")]],
    ["${host}", [{ kind: "fact", fact: "host" }]],
    ["a ${client.ip} b", [text("a "), { kind: "fact", fact: "client.ip" }, text(" b")]],
    [
      "${scheme}${path}",
      [
        { kind: "fact", fact: "scheme" },
        { kind: "fact", fact: "path" },
      ],
    ],
    ["${path.id}", [{ kind: "capture", name: "id", written: "${path.id}" }]],
    ["u-:id!", [text("u-"), { kind: "capture", name: "id", written: ":id" }, text("!")]],
    ["see :other", [text("see "), { kind: "word", name: "other", text: ":other" }]],
    ["$${host}", [text("${"), text("host}")]],
    ["Bearer ${secret:API_KEY}", [text("Bearer "), { kind: "secret", name: "API_KEY" }]],
    ["$${secret:API_KEY}", [text("${"), text("secret:API_KEY}")]],
    ["${secret:api}", [{ kind: "unknown", name: "secret:api", written: "${secret:api}" }]],
    ["${weather}", [{ kind: "unknown", name: "weather", written: "${weather}" }]],
    ["${}", [{ kind: "unknown", name: "", written: "${}" }]],
    ["${path.}", [{ kind: "unknown", name: "path.", written: "${path." + "}" }]],
    ["${host", [{ kind: "unknown", name: "host", written: "${host" }]],
    ["12:30 https://a:b sha=:id:", [text("12:30 https://a:b sha=:id:")]],
  ];
  it.each(ROWS)("%j", (value, parts) => expect(valueParts(value, captures)).toEqual(parts));
});

describe("the names that a path template uses", () => {
  it.each([
    ["/v2/users", []],
    ["/v2/:id/*", ["id", "*"]],
    ["/:a-:b", ["a", "b"]],
    ["/:80", []],
  ])("%s uses %j", (template, names) => expect(placeholdersIn(template)).toEqual(names));
});

describe("what a path pattern captures", () => {
  it.each([
    ["/users", []],
    ["/users/*", ["*"]],
    ["/a/*/b", []],
    ["/:a/:b{[0-9]+}/c", ["a", "b"]],
    ["/:a/*{.+}", ["a", "*"]],
    ["/:a/:b?", ["a", "b"]],
  ])("%s captures %j", (pattern, names) => expect(capturesOf(pattern)).toEqual(names));
});

describe("the expressions of a path pattern", () => {
  it.each([
    ["/users/:id/*", []],
    ["/:a{[0-9]+}/x/:b{[a-z]+}", ["[0-9]+", "[a-z]+"]],
    ["/:a/*{.+\\.css}", [".+\\.css"]],
    ["/:a{x}/*{y}", ["x", "y"]],
  ])("%s has %j", (pattern, expressions) => expect(expressionsIn(pattern)).toEqual(expressions));
});
