import { describe, expect, it } from "vitest";
import { adviceOn, getArguments, putArguments } from "../../../cli/pushing/push-plan.ts";

const namespace = { configFile: "/edge/wrangler.jsonc", env: undefined, binding: "SITES" };

describe("how wrangler is asked", () => {
  it("to write to Cloudflare's store", () => {
    expect(putArguments("/tmp/keys.json", { ...namespace, kind: "remote" })).toEqual(
      "kv bulk put /tmp/keys.json --config /edge/wrangler.jsonc --binding SITES --remote".split(" "),
    );
  });

  it("to read from it", () => {
    expect(getArguments("/tmp/keys.json", { ...namespace, kind: "remote" })).toEqual(
      "kv bulk get /tmp/keys.json --config /edge/wrangler.jsonc --binding SITES --remote".split(" "),
    );
  });

  it("to use an environment, and a binding of another name", () => {
    const staging = {
      configFile: "/edge/wrangler.jsonc",
      env: "staging",
      binding: "OURS",
      kind: "remote",
    } as const;
    expect(putArguments("keys.json", staging)).toEqual(
      "kv bulk put keys.json --config /edge/wrangler.jsonc --binding OURS --env staging --remote".split(" "),
    );
  });

  it("to write to the local store, where `wrangler dev` looks or in a folder of one's own", () => {
    expect(putArguments("keys.json", { ...namespace, kind: "local", folder: undefined })).toEqual(
      "kv bulk put keys.json --config /edge/wrangler.jsonc --binding SITES --local".split(" "),
    );
    expect(putArguments("keys.json", { ...namespace, kind: "local", folder: "/state" })).toEqual(
      "kv bulk put keys.json --config /edge/wrangler.jsonc --binding SITES --local --persist-to /state".split(
        " ",
      ),
    );
  });
});

describe("what to do about what wrangler said", () => {
  it.each([
    [
      "not logged in",
      "In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment variable for wrangler to work.",
      "npx wrangler login",
    ],
    ["a token without the right", "Authentication error [code: 10000]", "npx wrangler login"],
    [
      "not deployed",
      'No KV namespace ID found for binding "SITES" in the deployed Worker settings for "headgate".',
      "npx wrangler deploy",
    ],
    ["offline", "fetch failed", "cannot be reached"],
  ])("%s", (_what, output, advice) => {
    expect(adviceOn(output)).toContain(advice);
  });

  it("nothing where wrangler knows better", () => {
    expect(adviceOn("the value is too large")).toBeUndefined();
  });
});
