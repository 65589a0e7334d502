// What an attacker sends, over raw sockets, and what then reaches clients and origins. The tables are in families/.
import { describe, expect, it } from "vitest";
import { crlf } from "./families/crlf.ts";
import { deception } from "./families/deception.ts";
import { entry } from "./families/entry.ts";
import { fields } from "./families/fields.ts";
import { forwarding } from "./families/forwarding.ts";
import { hosts } from "./families/hosts.ts";
import { injection } from "./families/injection.ts";
import { origins } from "./families/origins.ts";
import { oversized } from "./families/oversized.ts";
import { patterns } from "./families/patterns.ts";
import { poisoning } from "./families/poisoning.ts";
import { proxied } from "./families/proxied.ts";
import { ranges } from "./families/ranges.ts";
import { redirects } from "./families/redirects.ts";
import { ADMIN_VARS, reservedPaths } from "./families/reserved.ts";
import { slow } from "./families/slow.ts";
import { smuggling } from "./families/smuggling.ts";
import { traversal } from "./families/traversal.ts";
import { runFamily, useStage } from "./run.ts";

const FAMILIES = [
  smuggling,
  fields,
  forwarding,
  proxied,
  hosts,
  traversal,
  redirects,
  crlf,
  deception,
  poisoning,
  ranges,
  patterns,
  oversized,
  slow,
  origins,
  injection,
  reservedPaths,
  entry,
];

const stage = useStage(ADMIN_VARS);
for (const family of FAMILIES) runFamily(family, stage);

describe("the suite", () => {
  const names = FAMILIES.flatMap(({ tries }) => tries.map(({ name }) => name));

  it("has at least 300 tries", () => expect(names.length).toBeGreaterThanOrEqual(300));

  it("has no two of the same name", () => expect(names.length).toBe(new Set(names).size));

  it("has at least 15 tries of each family", () => {
    expect(FAMILIES.filter(({ tries }) => tries.length < 15).map(({ title }) => title)).toEqual([]);
  });
});
