import { describe, expect, it } from "vitest";
import { storeArguments } from "../../../../cli/pushing/local-kv.ts";

const local = {
  kind: "local",
  configFile: "/edge/wrangler.jsonc",
  env: undefined,
  binding: "SITES",
  folder: undefined,
} as const;

describe("how wrangler is asked for the local store", () => {
  it("where `wrangler dev` looks, or in a folder of one's own", () => {
    expect(storeArguments(local)).toEqual("--config /edge/wrangler.jsonc --binding SITES --local".split(" "));
    expect(storeArguments({ ...local, folder: "/state" })).toEqual(
      "--config /edge/wrangler.jsonc --binding SITES --local --persist-to /state".split(" "),
    );
  });

  it("for an environment, and a binding of another name", () => {
    expect(storeArguments({ ...local, env: "staging", binding: "OURS" })).toEqual(
      "--config /edge/wrangler.jsonc --binding OURS --env staging --local".split(" "),
    );
  });
});
