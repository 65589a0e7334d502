import { describe, expect, it } from "vitest";
import { lackingAtWorker, needSecrets } from "../../../../cli/secrets/secrets-of-worker.ts";
import type { Problem } from "../../../../shared/site/problem.ts";
import { siteSchema } from "../../../../shared/site/schema.ts";
import { aSite, WEB } from "../../site/fixtures.ts";

const located = (file: Record<string, unknown>) => ({
  site: siteSchema.parse(aSite(file)),
  locate: (problem: Problem) => ({ ...problem, file: "a.yaml", line: 1, column: 1 }),
});
const KEYED = located({ headers: { request: { set: { "x-key": "Bearer ${secret:API}" } } } });
const SECRET = { type: "secret_text", name: "HEADGATE_SECRET_API" };

const lacking = (
  site: ReturnType<typeof located>,
  ...bindings: { type: string; name: string; text?: string }[]
) => {
  const { problems, warnings } = lackingAtWorker([site], "edge", bindings);
  const told = ({ path, message, hint }: Problem) => [path, message, ...(hint === undefined ? [] : [hint])];
  return { problems: problems.map(told), warnings: warnings.map(told) };
};

describe("the secrets of a deployed Worker", () => {
  it("lack one that a site names: where, and how to add it", () => {
    expect(lacking(KEYED)).toEqual({
      problems: [
        [
          "headers.request.set.x-key",
          "names `${secret:API}`, which is not set on the Worker edge",
          "run: npx wrangler secret put HEADGATE_SECRET_API --name edge",
        ],
      ],
      warnings: [],
    });
  });

  it.each([
    ["as a secret", [SECRET]],
    ["as a variable", [{ type: "plain_text", name: "HEADGATE_SECRET_API", text: "k" }]],
    [
      "for this site",
      [SECRET, { type: "plain_text", name: "HEADGATE_SECRETS_FOR", text: "API@shop.example.com" }],
    ],
    [
      "with grants that cannot be read from here",
      [SECRET, { type: "secret_text", name: "HEADGATE_SECRETS_FOR" }],
    ],
  ])("have one %s", (_how, bindings) => {
    expect(lacking(KEYED, ...bindings)).toEqual({ problems: [], warnings: [] });
  });

  it.each([
    [
      "may not be used by this site (HEADGATE_SECRETS_FOR)",
      [SECRET, { type: "plain_text", name: "HEADGATE_SECRETS_FOR", text: "API@other.example.com" }],
    ],
    ["is empty", [{ type: "plain_text", name: "HEADGATE_SECRET_API", text: "" }]],
    ["is not a text", [{ type: "json", name: "HEADGATE_SECRET_API" }]],
    ["is not a text", [{ type: "secrets_store_secret", name: "HEADGATE_SECRET_API" }]],
  ])("have one that %s", (why, bindings) => {
    const { problems } = lacking(KEYED, ...bindings);
    expect(problems).toEqual([
      ["headers.request.set.x-key", `names \`\${secret:API}\`, which ${why} on the Worker edge`],
    ]);
  });

  it("lack HEADGATE_SECRET: a problem where nobody gets in, a warning where the site is served without the feature", () => {
    const site = located({
      challenge: "proof-of-work",
      pools: { web: { ...WEB, sticky: {} } },
    });
    const hint = "run: npx wrangler secret put HEADGATE_SECRET --name edge";
    const needs = "needs HEADGATE_SECRET, which is not set on the Worker edge: without it the edge";
    expect(lacking(site)).toEqual({
      problems: [["challenge", `${needs} lets nobody in`, hint]],
      warnings: [["pools.web.sticky", `${needs} keeps no client at its origin`, hint]],
    });
    expect(lacking(site, { type: "secret_text", name: "HEADGATE_SECRET" })).toEqual({
      problems: [],
      warnings: [],
    });
  });

  it("are of interest where a site needs one", () => {
    expect(
      [KEYED, located({ challenge: "proof-of-work" }), located({})].map((one) => needSecrets([one])),
    ).toEqual([true, true, false]);
  });
});
