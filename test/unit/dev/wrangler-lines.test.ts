import { describe, expect, it } from "vitest";
import { readWranglerLine } from "../../../cli/dev/wrangler-lines.ts";

describe("a line of wrangler dev", () => {
  it("is a record where the Worker wrote one", () => {
    const line = '{"requestId":"1","status":200,"path":"/"}';
    expect(readWranglerLine(line)).toEqual({
      kind: "record",
      record: { requestId: "1", status: 200, path: "/" },
    });
  });

  it("is a warning where the Worker wrote that", () => {
    const line = '{"level":"warn","message":"the stored site is invalid","pattern":"a.test"}';
    expect(readWranglerLine(line)).toEqual({
      kind: "warning",
      message: "the stored site is invalid",
      evidence: { pattern: "a.test" },
    });
  });

  it("tells the address once wrangler listens", () => {
    const line = "[wrangler:info] Ready on http://127.0.0.1:8787";
    expect(readWranglerLine(line)).toEqual({ kind: "ready", url: "http://127.0.0.1:8787" });
  });

  it.each([
    "",
    "[wrangler:info] GET / 200 OK (12ms)",
    " ⛅️ wrangler 4.156.2 (update available 4.164.0)",
    "───────────────────────────────────────────────",
    "Your Worker has access to the following bindings:",
    "Binding                                  Resource                  Mode",
    "env.SITES                                KV Namespace              local",
    "⎔ Starting local server...",
  ])("is noise: %s", (line) => {
    expect(readWranglerLine(line)).toEqual({ kind: "noise" });
  });

  it.each([
    "✘ [ERROR] Build failed with 1 error:",
    "[wrangler:error] Address already in use (127.0.0.1:8787).",
    "[wrangler:warn] something to know",
    "    at somewhere (worker/pipeline.ts:1:2)",
    "{ half a",
    '{"some":"json"}',
  ])("is passed on: %s", (line) => {
    expect(readWranglerLine(line)).toEqual({ kind: "other" });
  });
});
