// What every log promises, whatever it writes to.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Log, LogFormat, LogRecord } from "../../worker/ports.ts";

export const aRecord = (path: string): LogRecord => ({ path }) as LogRecord;
export const asPath: LogFormat = ({ path }) => String(path);

export function logContract(name: string, makeLog: () => Log): void {
  describe(`${name} keeps the log contract`, () => {
    const lines: string[] = [];
    const warnings: string[] = [];
    beforeEach(() => {
      lines.length = 0;
      warnings.length = 0;
      vi.spyOn(console, "log").mockImplementation((text: string) => void lines.push(...text.split("\n")));
      vi.spyOn(console, "warn").mockImplementation((text: string) => void warnings.push(text));
    });
    afterEach(() => void vi.restoreAllMocks());

    it("has written every record once the promises that it gave are kept, in their order", async () => {
      const log = makeLog();
      const paths = Array.from({ length: 50 }, (_, n) => `/${n}`);
      await Promise.all(paths.map((path) => log.request(aRecord(path), asPath)));
      expect(lines).toEqual(paths);
    });

    it("writes a single record, and one after a silence", async () => {
      const log = makeLog();
      await log.request(aRecord("/a"), asPath);
      expect(lines).toEqual(["/a"]);
      await log.request(aRecord("/b"), asPath);
      expect(lines).toEqual(["/a", "/b"]);
    });

    it("writes a record in the format of its own site", async () => {
      const log = makeLog();
      await Promise.all([
        log.request(aRecord("/a"), asPath),
        log.request(aRecord("/b"), ({ path }) => `"${path}"`),
      ]);
      expect(lines).toEqual(["/a", '"/b"']);
    });

    it("warns at once", () => {
      makeLog().warn("trouble", { site: "a.test" });
      expect(warnings.map((text) => JSON.parse(text))).toEqual([
        { level: "warn", message: "trouble", site: "a.test" },
      ]);
    });
  });
}
