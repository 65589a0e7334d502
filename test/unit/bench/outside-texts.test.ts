// What other programs say: wrk, the kernel, esbuild and V8's profiler.
import { describe, expect, it } from "vitest";
import { readWrkOutput } from "../../../bench/load/wrk-output.ts";
import { ticksIn } from "../../../bench/machine/process-usage.ts";
import type { ProfileNode } from "../../../bench/profiling/cpu-profile.ts";
import { sharesOf } from "../../../bench/profiling/shares.ts";
import { shortened, sourcesOf } from "../../../bench/profiling/source-of.ts";

const WRK = `Running 1s test @ http://127.0.0.1:9313/10k.bin
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.61ms    2.96ms  52.87ms   93.78%
    Req/Sec     4.96k   645.13     5.74k    80.00%
  4939 requests in 1.00s, 50.33MB read
Requests/sec:   4937.81
Transfer/sec:     50.32MB
`;

describe("what wrk prints", () => {
  it("tells requests and rate", () => {
    expect(readWrkOutput(WRK)).toEqual({ requests: 4_939, requestsPerSecond: 4_937.81, failures: 0 });
  });

  it("tells answers that were errors, and connections that broke", () => {
    const errors =
      "  Socket errors: connect 1, read 20, write 0, timeout 3\n  Non-2xx or 3xx responses: 400\n";
    expect(readWrkOutput(WRK.replace("Requests/sec", `${errors}Requests/sec`))).toMatchObject({
      failures: 424,
    });
  });

  it("is no result where it could not connect", () => {
    expect(() => readWrkOutput("unable to connect to 127.0.0.1:1 Connection refused")).toThrow("no result");
  });
});

describe("/proc/PID/stat", () => {
  const fields = "S 1 2 2 0 -1 4194560 900 0 0 0 57 13 0 0 20 0 9 0 1 2 3";

  it("holds user and system time", () => {
    expect(ticksIn(`2 (workerd) ${fields}`)).toBe(70);
  });

  it("is read past a program whose name holds blanks and brackets", () => {
    expect(ticksIn(`2 (a) b (c) ${fields}`)).toBe(70);
  });
});

describe("a bundle", () => {
  const bundle = [
    "var x = 1;",
    "// node_modules/hono/dist/hono.js",
    "function a() {}",
    "// a remark",
    "// worker/app.ts",
    "function b() {}",
  ].join("\n");

  it("tells by a comment of esbuild's which file a line is from", () => {
    const sourceOf = sourcesOf(bundle);
    expect([0, 2, 3, 5, 99].map(sourceOf)).toEqual([
      "",
      "node_modules/hono/dist/hono.js",
      "node_modules/hono/dist/hono.js",
      "worker/app.ts",
      "",
    ]);
  });

  it("has packages named without the folder that holds them", () => {
    expect(shortened("node_modules/hono/dist/hono.js")).toBe("hono/dist/hono.js");
    expect(shortened("worker/app.ts")).toBe("worker/app.ts");
  });
});

describe("a CPU profile", () => {
  const node = (id: number, functionName: string, children: number[] = []): ProfileNode => ({
    id,
    callFrame: { functionName, lineNumber: 0, url: "" },
    children,
  });
  // serve calls match, which calls itself; and then the isolate idles.
  const profile = {
    nodes: [
      node(1, "(root)", [2, 5]),
      node(2, "serve", [3]),
      node(3, "match", [4]),
      node(4, "match"),
      node(5, "(idle)"),
    ],
    samples: [2, 3, 4, 5],
    timeDeltas: [1_000, 2_000, 1_000, 6_000],
  };
  const shares = sharesOf(profile, ({ functionName }) => functionName);

  it("gives each function its own share of the time that was not idle", () => {
    expect(shares.busyMs).toBe(4);
    expect(shares.self).toEqual([
      { place: "match", share: 0.75 },
      { place: "serve", share: 0.25 },
    ]);
  });

  it("gives a caller what it called, and who calls himself his time once", () => {
    expect(shares.inclusive).toEqual([
      { place: "serve", share: 1 },
      { place: "(root)", share: 1 },
      { place: "match", share: 0.75 },
    ]);
  });
});
