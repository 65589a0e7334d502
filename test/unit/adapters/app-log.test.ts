// The log of an embedding app: it may be anything, and no response depends on it.
import { describe, expect, it } from "vitest";
import { type AppLog, appLog } from "../../../worker/adapters/app-log.ts";
import type { Log, LogRecord } from "../../../worker/ports.ts";

const RECORD = { path: "/a" } as LogRecord;
const line = ({ path }: LogRecord) => `line ${path}`;

describe("the log of an embedding app", () => {
  const ours: string[] = [];
  const own: Log = {
    request: (record, format) => void ours.push(format(record)),
    warn: (message, { error }) => void ours.push(`${message}: ${error}`),
  };
  const logOf = (given: AppLog): Log => {
    ours.length = 0;
    return appLog(given, own);
  };

  it("gets the record, and what its site makes of it", () => {
    const got: string[] = [];
    const log = logOf({ request: (record, format) => got.push(`${record.path} ${format(record)}`) });
    expect(log.request(RECORD, line)).toBeUndefined();
    expect(got).toEqual(["/a line /a"]);
    expect(ours).toEqual([]);
  });

  it("leaves to ours what it leaves out", () => {
    const log = logOf({});
    log.request(RECORD, line);
    log.warn("trouble", { error: "x" });
    expect(ours).toEqual(["line /a", "trouble: x"]);
  });

  it("keeps the request alive as long as it takes", async () => {
    const taken = Promise.withResolvers<string>();
    let isOver = false;
    const keptAlive = logOf({ request: () => taken.promise }).request(RECORD, line);
    void keptAlive?.then(() => {
      isOver = true;
    });
    await Promise.resolve();
    expect(isOver).toBe(false);
    taken.resolve("done");
    expect(await keptAlive).toBeUndefined();
  });

  it("may throw or reject, which is a warning and nothing else", async () => {
    const broken = new Error("broken");
    logOf({
      request: () => {
        throw broken;
      },
    }).request(RECORD, line);
    expect(ours).toEqual(["the log failed: Error: broken"]);
    const warnings: string[] = [];
    const log = logOf({
      request: () => Promise.reject(broken),
      warn: (message, { error }) => void warnings.push(`${message}: ${error}`),
    });
    await log.request(RECORD, line);
    expect(warnings).toEqual(["the log failed: Error: broken"]);
  });
});
