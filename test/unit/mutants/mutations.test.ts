// The mutation tester on planted code: which faults it plants, and that each of them lives behind its switch alone.
import { stripTypeScriptTypes } from "node:module";
import { describe, expect, it } from "vitest";
import { instrument } from "../../mutants/instrument.ts";
import { mutationsOf } from "../../mutants/mutations.ts";
import { regexMutations } from "../../mutants/regex-mutations.ts";

const changes = (text: string) => mutationsOf(text).map(({ change }) => change);

describe("the faults that are planted", () => {
  it.each([
    ["f(a < b, c === d);", ["f(a < b, c === d); → (nothing)", "a < b → a <= b", "c === d → c !== d"]],
    ["const x = a && b;", ["a && b → a || b", "a && b → a", "a && b → b"]],
    ["const x = a ?? 1;", ["a ?? 1 → a", "a ?? 1 → 1", "1 → 2"]],
    ["const x = !a;", ["!a → a"]],
    ["const x = a ? b : c;", ["a ? b : c → b", "a ? b : c → c"]],
    ["if (a) f();", ["a → true", "a → false", "f(); → (nothing)"]],
    ["const x = a + 1, y = a + 'b';", ["a + 1 → a - 1", "1 → 2", `'b' → ""`]],
    ["const x = [true, ''];", ["true → false", `'' → "mutated"`]],
    ["const x = a.trim().length;", ["a.trim() → a"]],
    ["const x = a?.b.trim().length;", ["a?.b.trim() → a?.b"]],
    ["const x = a.some(f);", ["a.some(f) → a.every(f)"]],
    ["const x = (a - b) * c;", ["(a - b) * c → (a - b) / c", "a - b → a + b"]],
    ["const x = a.slice(1, n);", ["a.slice(1, n) → a", "a.slice(1, n) → a.slice(1)", "1 → 2"]],
    ["function f() { a.x(); b.y(); }", ["a.x(); ⇄ b.y();", "a.x(); → (nothing)", "b.y(); → (nothing)"]],
  ])("in %s", (text, planted) => {
    expect(changes(text).sort()).toEqual([...planted].sort());
  });

  it.each([
    ["h.set('a', x); h.append('b', y); h.delete('c');", []],
    ["h.set('a', x); h.append('a', y);", ["h.set('a', x); ⇄ h.append('a', y);"]],
    ["h.set('a', x); g.set('b', y);", ["h.set('a', x); ⇄ g.set('b', y);"]],
    ["h.set(a, x); h.set('b', y);", ["h.set(a, x); ⇄ h.set('b', y);"]],
    ["h.set('a', h.get('b')); h.set('b', y);", ["h.set('a', h.get('b')); ⇄ h.set('b', y);"]],
    ["h.push('a'); h.push('b');", ["h.push('a'); ⇄ h.push('b');"]],
    ["a = 1; h.push('b');", ["a = 1; ⇄ h.push('b');"]],
  ])("are not two fields that are edited in another order, which nobody can tell: %s", (acts, swaps) => {
    expect(changes(`function f() { ${acts} }`).filter((change) => change.includes("⇄"))).toEqual(swaps);
  });

  it("are none in types, imports, keys, and texts for people", () => {
    expect(
      changes(`import { a } from "./a.ts"; type T = "x" | 1; const o = { "k": a as "y", c: "a text for people" };
        const s = z.describe("word"); const t = a<"x">; export * from "./b.ts";`),
    ).toEqual([]);
  });

  it("are these in an expression", () => {
    expect(regexMutations("^a+[^b]?c{2,3}\\d$", "gi")).toEqual([
      "/a+[^b]?c{2,3}\\d$/gi",
      "/^a*[^b]?c{2,3}\\d$/gi",
      "/^a+[b]?c{2,3}\\d$/gi",
      "/^a+[^b]c{2,3}\\d$/gi",
      "/^a+[^b]?c{3,3}\\d$/gi",
      "/^a+[^b]?c{2,4}\\d$/gi",
      "/^a+[^b]?c{2,3}\\D$/gi",
      "/^a+[^b]?c{2,3}\\d/gi",
      "/^a+[^b]?c{2,3}\\d$/g",
      "/^a+[^b]?c{2,3}\\d$/i",
    ]);
    expect(regexMutations("(?:a)", "")).toEqual([]);
  });
});

const PLANTED = `function told(list: readonly string[], limit = 3): string {
  const seen: string[] = [];
  for (const word of list) {
    const name = word.trim().toLowerCase();
    if (name === "" || seen.includes(name)) continue;
    seen.push(name);
    seen.sort();
  }
  const more = seen.length > limit ? \`+\${seen.length - limit}\` : undefined;
  return [...seen.slice(0, limit), more ?? "."].join("/");
}
return told([" b", "A", "a", "", "d", "c", "e", "f"]) + told(["x"]);`;

describe("mutants behind switches", () => {
  const mutants = mutationsOf(`function planted() { ${PLANTED} }`).map((mutation, id) => ({
    ...mutation,
    id,
  }));
  const text = instrument(`function planted() { ${PLANTED} }`, mutants);
  const run = (code: string, alive: number): unknown => {
    const isAlive = (id: number) => id === alive;
    return new Function("$mutant", `${stripTypeScriptTypes(code)}\nreturn planted();`)(isAlive);
  };
  const resultOf = (code: string, alive: number): unknown => {
    try {
      return run(code, alive);
    } catch (error) {
      return String(error);
    }
  };
  const whole = resultOf(text, -1);

  it("change nothing while none is alive", () => {
    expect(whole).toBe("a/b/c/+3x/.");
  });

  it.each(mutants)("do what they would do alone: $change", (mutant) => {
    const alone = instrument(`function planted() { ${PLANTED} }`, [mutant]);
    expect(resultOf(text, mutant.id)).toBe(resultOf(alone, mutant.id));
  });

  it("change what comes out, but for those that this one call cannot tell", () => {
    const unnoticed = mutants.filter(({ id }) => resultOf(text, id) === whole);
    expect(unnoticed.map(({ change }) => change)).toEqual([
      "seen.push(name); ⇄ seen.sort();",
      "seen.length > limit → seen.length >= limit",
      '"A" → ""',
      '"a" → ""',
    ]);
  });
});
