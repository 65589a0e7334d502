import { describe, expect, it } from "vitest";
import {
  isSpellingOfParameter,
  parameterName,
  parameterValues,
  usualParameter,
} from "../../../worker/routing/spellings.ts";

describe("one spelling stands for every name that PHP takes for the same variable", () => {
  it.each([
    ["debug", "debug"],
    ["debug[]", "debug"],
    ["debug[x]", "debug"],
    ["debug[x][y]", "debug"],
    ["debug[x]y", "debug"],
    ["  debug", "debug"],
    ["debug\0x", "debug"],
    ["  debug\0[x]\0", "debug"],
    ["debug\0\nx", "debug"],
    ["a.b", "a_b"],
    ["a b", "a_b"],
    ["a.b.c d.e", "a_b_c_d_e"],
    [" a.b[c.d]", "a_b"],
    ["a[b", "a_b"],
    ["a[b[c", "a_b_c"],
    ["a.", "a_"],
    [".", "_"],
    ["..", "__"],
    // Without a name before the bracket there is no variable to be a part of.
    ["[x]", "_x]"],
    ["[v][x]", "_v]_x]"],
    // NUL cuts a name, and spaces in front are removed: nothing is left of these.
    ["\0debug", ""],
    ["  ", ""],
    [" \0", ""],
    ["", ""],
    ["a]", "a]"],
    ["tab\there", "tab\there"],
  ])("%j is %j", (name, usual) => {
    expect(usualParameter(name)).toBe(usual);
  });

  it.each([
    ["debug[]", "debug", true],
    ["debug", "debug", true],
    ["a.b", "a_b", true],
    ["a_b", "a.b", true],
    ["debug[x]", "debug[x]", true],
    // A name that says which part of a variable it means stands only for itself.
    ["debug[y]", "debug[x]", false],
    ["debug", "debug[x]", false],
    ["debugs", "debug", false],
    ["Debug", "debug", false],
  ])("%j may be read where %j is wanted: %s", (name, wanted, may) => {
    expect(isSpellingOfParameter(name, wanted)).toBe(may);
  });
});

describe("the values of a parameter", () => {
  it.each([
    ["v=1&v=2", ["1", "2"]],
    ["v[]=1&%20v=2&x=3", ["1", "2"]],
    ["v=a+b%20c", ["a b c"]],
    ["x=1;v=2", ["2"]],
    ["v=1;v=2", ["1;v=2", "1", "2"]],
    ["v=1&x=2;y=3", ["1"]], // found in both readings of the query
    ["v=1&v=1", ["1"]],
    ["v", [""]],
    ["x=v", []],
    ["", []],
  ])("v in %j: %j", (query, values) => {
    expect(parameterValues(query, "v")).toEqual(values);
  });
});

describe("the name of a raw query pair, decoded as in a form", () => {
  it.each([
    ["a=1", "a"],
    ["a", "a"],
    ["a=b=c", "a"],
    ["=1", ""],
    ["a+b=1+2", "a b"],
    ["%61%62=1", "ab"],
    ["%c3%a9=1", "é"],
    ["a%3Db=1", "a=b"],
    // An invalid escape stays as it is, and hides nothing of what stands beside it.
    ["debu%67%=1", "debug%"],
    ["%zz%61=1", "%zza"],
    ["%61x%E9y%62=1", "ax%E9yb"],
    ["%+%61", "% a"],
  ])("%j: %j", (pair, name) => {
    expect(parameterName(pair)).toBe(name);
  });
});
