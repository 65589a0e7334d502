// A record as one line, in each form.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LOG_FIELDS } from "../../../shared/site/log-fields.ts";
import { log } from "../../../shared/site/log-schema.ts";
import { combined, LOG_WITHOUT_SITE, logFormat } from "../../../worker/delivery/log-formats.ts";
import { logRecord } from "../../../worker/delivery/log-record.ts";
import { ownReply } from "../../../worker/message.ts";
import type { LogRecord } from "../../../worker/ports.ts";

const RECORD: LogRecord = {
  time: "2026-01-02T03:04:05.678Z",
  requestId: "0123",
  client: "192.0.2.1",
  country: "DE",
  protocol: "HTTP/1.1",
  scheme: "https",
  host: "a.test",
  method: "GET",
  path: "/a%20b",
  query: null,
  referrer: "https://b.test/",
  userAgent: "Browser/1.0 (X11)",
  site: "a.test",
  version: "v1",
  route: "r",
  refusal: null,
  subject: null,
  observed: [],
  cache: "uri-miss",
  cacheReason: null,
  pool: "web",
  origin: "iad",
  attempts: ["fra connect", "iad 200"],
  stoppedBy: null,
  status: 200,
  bytes: 7,
  ms: 12,
  totalMs: null,
  ended: null,
};

it("the fields that a site can choose are those of a record, in their order", () => {
  const made = logRecord({ reply: ownReply(200, new Headers(), null) }, { requestId: "1", startedAt: 0 }, 0);
  expect(Object.keys(made)).toEqual([...LOG_FIELDS]);
});

it("a request that no site takes is logged as by default", () => {
  expect(LOG_WITHOUT_SITE).toMatchObject(log.parse({}));
});

describe("json", () => {
  it("is the whole record", () => {
    expect(JSON.parse(logFormat({ format: "json" })(RECORD))).toEqual(RECORD);
  });

  it("has the chosen fields only, in the chosen order", () => {
    const line = logFormat({ format: "json", fields: ["status", "path", "refusal"] })(RECORD);
    expect(line).toBe('{"status":200,"path":"/a%20b","refusal":null}');
  });
});

describe("fields", () => {
  it("are the values in the chosen order, between tabs", () => {
    const line = logFormat({ format: "fields", fields: ["status", "attempts", "userAgent", "ms"] })(RECORD);
    expect(line).toBe("200\tfra connect, iad 200\tBrowser/1.0 (X11)\t12");
  });

  it("have a dash for what there is not, and a nought for a nought", () => {
    const record: LogRecord = { ...RECORD, bytes: 0, attempts: [], userAgent: "" };
    const line = logFormat({ format: "fields", fields: ["query", "attempts", "userAgent", "bytes"] })(record);
    expect(line).toBe("-\t-\t-\t0");
  });

  it("are all of them where none are named", () => {
    expect(logFormat({ format: "fields" })(RECORD).split("\t")).toHaveLength(LOG_FIELDS.length);
  });

  it("stay in their columns, whatever they contain", () => {
    const line = logFormat({ format: "fields", fields: ["userAgent", "status"] })({
      ...RECORD,
      userAgent: "a\tb\nc\\d",
    });
    expect(line).toBe("a\\tb\\nc\\\\d\t200");
  });
});

describe("combined", () => {
  const of = (changes: Partial<LogRecord> = {}) => combined({ ...RECORD, ...changes });

  it("is what a site gets that asks for it", () => {
    expect(logFormat({ format: "combined" })(RECORD)).toBe(of());
  });

  it("names each month", () => {
    const months = Array.from({ length: 12 }, (_, n) =>
      of({ time: new Date(Date.UTC(2026, n, 2)).toISOString() }),
    );
    expect(months.map((line) => /\[02\/(\w+)\/2026:/.exec(line)?.[1]).join(" ")).toBe(
      "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    );
  });

  it("is the line that Apache httpd writes", () => {
    expect(of()).toBe(
      '192.0.2.1 - - [02/Jan/2026:03:04:05 +0000] "GET /a%20b HTTP/1.1" 200 7 "https://b.test/" "Browser/1.0 (X11)"',
    );
  });

  it("has the query only where the site logs it", () => {
    expect(of({ query: "x=1" })).toContain('"GET /a%20b?x=1 HTTP/1.1"');
    expect(of({ query: "" })).toContain('"GET /a%20b HTTP/1.1"');
  });

  it.each([
    ["HTTP/2", "HTTP/2.0"],
    ["HTTP/3", "HTTP/3.0"],
    ["HTTP/1.0", "HTTP/1.0"],
  ])("names %s in full", (protocol, written) => {
    expect(of({ protocol })).toContain(`"GET /a%20b ${written}"`);
  });

  it("has a dash for what is not known", () => {
    const nothing = {
      client: null,
      protocol: null,
      method: null,
      path: null,
      bytes: 0,
      referrer: null,
      userAgent: null,
    };
    expect(of(nothing)).toBe('- - - [02/Jan/2026:03:04:05 +0000] "-" 200 - "-" "-"');
    expect(of({ bytes: null, protocol: null })).toContain('"GET /a%20b" 200 - ');
  });

  it("writes an empty field as httpd does", () => {
    expect(of({ referrer: "", userAgent: "" })).toMatch(/ 200 7 "" ""$/);
  });

  it("escapes quotes, backslashes and controls as httpd does, and other bytes in hexadecimal", () => {
    const userAgent = 'a"b\\c\bd\ne\rf\tg\vh\fi\x1b[31mj\x7fk\x00lä€😀\x85m\u2028';
    expect(of({ userAgent })).toMatch(
      / "a\\"b\\\\c\\bd\\ne\\rf\\tg\\vh\\x0ci\\x1b\[31mj\\x7fk\\x00l\\xc3\\xa4\\xe2\\x82\\xac\\xf0\\x9f\\x98\\x80\\xc2\\x85m\\xe2\\x80\\xa8"$/,
    );
  });
});

describe("whatever a client or an origin sends", () => {
  const FORMATS = {
    json: logFormat({ format: "json" }),
    "chosen json": logFormat({ format: "json", fields: ["path", "userAgent", "referrer"] }),
    fields: logFormat({ format: "fields", fields: ["path", "userAgent", "referrer"] }),
    combined,
  };
  /** Ends of lines as various readers see them, and what a terminal obeys. */
  const DANGEROUS = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/;
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'\n\r\t\v\f\b\x00\x1b\x7f\x85\u2028\u2029"\\ '),
      fc.string({ unit: "binary" }),
    ),
  });

  it.each(Object.entries(FORMATS))("%s is one line without a control character", (_name, format) => {
    fc.assert(
      fc.property(text, text, text, (path, userAgent, referrer) => {
        expect(format({ ...RECORD, path, userAgent, referrer, cacheReason: path })).not.toMatch(DANGEROUS);
      }),
      { seed: 1 },
    );
  });

  it("json reads back as what it was", () => {
    fc.assert(
      fc.property(text, (userAgent) => {
        expect(JSON.parse(FORMATS.json({ ...RECORD, userAgent })).userAgent).toBe(userAgent);
      }),
      { seed: 1 },
    );
  });

  it("the quotes and columns of the others hold", () => {
    fc.assert(
      fc.property(text, text, (userAgent, referrer) => {
        const quoted = combined({ ...RECORD, userAgent, referrer }).match(/"(?:[^"\\]|\\.)*"/g);
        expect(quoted).toHaveLength(3);
        expect(FORMATS.fields({ ...RECORD, userAgent, referrer }).split("\t")).toHaveLength(3);
      }),
      { seed: 1 },
    );
  });
});
