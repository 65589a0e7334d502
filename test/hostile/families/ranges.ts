// Ranges and conditions. A page of a hundred bytes is stored; whatever a client asks of it costs the origin nothing, sends no
// more than the page, and changes nothing for the next client.
import { type Answerer, type Family, get, ok, type Try } from "../try.ts";

const PAGE = "0123456789".repeat(10);
const APACHE_KILLER = "CVE-2011-3192, Apache Killer";
const RANGE_AMP = "Li 2020, CDN Backfired: RangeAmp";
const RFC = "RFC 9110 §14.1.2";
const FIELDS = 'Cache-Control: max-age=600\r\nETag: "v1"\r\nLast-Modified: Sat, 28 Nov 2026 00:00:00 GMT\r\n';

const whole: Answerer = (request, socket) => {
  const answer = ok(FIELDS, PAGE);
  socket.write(request.startsWith("HEAD ") ? answer.slice(0, -PAGE.length) : answer, "latin1");
};

/** Of the stored page. The next client gets the whole of it. */
const stored = (name: string, source: string, fields: string, status: number, sees: RegExp): Try => ({
  name: `of a stored page, ${name}`,
  source,
  sends: get("/page"),
  gets: [200],
  next: [
    { sends: get("/page", fields), gets: [status], sees, withinMs: 1_500 },
    { sends: get("/page"), gets: [200], sees: new RegExp(`\r\n\r\n${PAGE}$`) },
  ],
  origin: ["GET /page"],
});

const part = (name: string, source: string, range: string, contentRange: string): Try =>
  stored(
    name,
    source,
    `Range: ${range}\r\n`,
    206,
    new RegExp(`^content-range: bytes ${contentRange}/100\\r$`, "im"),
  );
const ignored = (name: string, source: string, fields: string): Try =>
  stored(name, source, fields, 200, new RegExp(`\r\n\r\n${PAGE}$`));
const unsatisfiable = (name: string, source: string, range: string): Try =>
  stored(name, source, `Range: ${range}\r\n`, 416, /^content-range: bytes \*\/100\r$/im);
const unchanged = (name: string, source: string, fields: string): Try =>
  stored(name, source, fields, 304, /^etag: "v1"\r$/im);

/** Nothing is stored yet. */
const first = (
  name: string,
  source: string,
  fields: string,
  gets: number,
  asked: readonly string[],
  answers: Answerer,
  more: Partial<Try> = {},
): Try => ({
  name: `of a page that is not stored, ${name}`,
  source,
  sends: get("/page", fields),
  gets: [gets],
  next: [{ sends: get("/page"), gets: [200], sees: new RegExp(`\r\n\r\n${PAGE}$`) }],
  origin: asked,
  answers,
  ...more,
});

const answersRanges: Answerer = (request, socket) => {
  const [, from = "", to = ""] = /^range: bytes=(\d+)-(\d*)\r$/im.exec(request) ?? [];
  if (from === "") return whole(request, socket);
  const body = PAGE.slice(Number(from), to === "" ? undefined : Number(to) + 1);
  const range = `Content-Range: bytes ${from}-${Number(from) + body.length - 1}/100\r\n`;
  socket.write(ok(FIELDS + range, body).replace("200 OK", "206 Partial Content"), "latin1");
};

const answersConditions: Answerer = (request, socket) => {
  if (/^if-(?:none-match|modified-since):/im.test(request))
    socket.write(`HTTP/1.1 304 Not Modified\r\n${FIELDS}\r\n`);
  else whole(request, socket);
};

const many = (count: number, each: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => each(at)).join(",");

export const ranges: Family = {
  title: "ranges",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [{ id: "all", to: "web" }],
  }),
  answers: whole,
  tries: [
    part("the last byte", RFC, "bytes=99-", "99-99"),
    part("an end beyond 2^64", RFC, "bytes=0-999999999999999", "0-99"),
    part("more from the end than there is", RFC, "bytes=-999999999999999", "0-99"),
    part("a unit in capitals", RFC, "BYTES=0-0", "0-0"),
    part("empty members of the list", "RFC 9110 §5.6.1", "bytes=,,0-0,,", "0-0"),
    part("one range that is possible beside one that is not", RFC, "bytes=500-600,0-0", "0-0"),
    unsatisfiable("what begins where the page ends", RFC, "bytes=100-"),
    unsatisfiable("no byte from the end", RFC, "bytes=-0"),
    ignored("a start beyond 2^53", RFC, "Range: bytes=9007199254740993-\r\n"),
    ignored("a start of forty digits", RFC, `Range: bytes=${"9".repeat(40)}-\r\n`),
    ignored(
      "numbers that overflow to negative ones",
      "CVE-2017-7529, nginx",
      "Range: bytes=-17208,-9223372036854758792\r\n",
    ),
    ignored(
      "a hundred bytes in thirteen hundred overlapping ranges",
      APACHE_KILLER,
      `Range: bytes=0-,${many(1_300, (at) => `5-${at}`)}\r\n`,
    ),
    ignored("six thousand ranges of one byte", APACHE_KILLER, `Range: bytes=${many(6_000, () => "0-0")}\r\n`),
    ignored("seventeen ranges of the whole", RANGE_AMP, `Range: bytes=${many(17, () => "0-")}\r\n`),
    ignored("reversed", RFC, "Range: bytes=5-2\r\n"),
    ignored("a sign", RFC, "Range: bytes=+0-1\r\n"),
    ignored("two dashes", RFC, "Range: bytes=--1\r\n"),
    ignored("hexadecimal", RFC, "Range: bytes=0x0-0x1\r\n"),
    ignored("letters", RFC, "Range: bytes=a-b\r\n"),
    ignored("nothing after the unit", RFC, "Range: bytes=\r\n"),
    ignored("only a dash", RFC, "Range: bytes=-\r\n"),
    ignored("another unit", RFC, "Range: lines=0-1\r\n"),
    ignored("a blank in the numbers", RFC, "Range: bytes=0 -1\r\n"),
    ignored("a blank before the equals sign", RFC, "Range: bytes =0-1\r\n"),
    ignored("digits of another script", RFC, "Range: bytes=\xd9\xa0-\xd9\xa1\r\n"),
    ignored("two Range lines", "RFC 9110 §5.3", "Range: bytes=0-1\r\nRange: lines=2-3\r\n"),
    ignored("for another version", "RFC 9110 §13.1.5", 'Range: bytes=0-1\r\nIf-Range: "v2"\r\n'),
    ignored("for a weak entity tag", "RFC 9110 §13.1.5", 'Range: bytes=0-1\r\nIf-Range: W/"v1"\r\n'),
    ignored(
      "for any version, which there is no word for",
      "RFC 9110 §13.1.5",
      "Range: bytes=0-1\r\nIf-Range: *\r\n",
    ),
    ignored("for a date that is none", "RFC 9110 §13.1.5", "Range: bytes=0-1\r\nIf-Range: yesterday\r\n"),
    part(
      "sixteen times the whole, which is once the whole",
      RANGE_AMP,
      `bytes=${many(16, () => "0-")}`,
      "0-99",
    ),
    unchanged("a condition of any version", "RFC 9110 §13.1.2", "If-None-Match: *\r\n"),
    unchanged("the weak form of the tag", "RFC 9110 §13.1.2", 'If-None-Match: W/"v1"\r\n'),
    unchanged(
      "the tag at the end of two thousand",
      "RFC 9110 §13.1.2",
      `If-None-Match: ${many(2_000, (at) => `"x${at}"`)}, "v1"\r\n`,
    ),
    unchanged(
      "the tag in the second of two lines",
      "RFC 9110 §5.3",
      'If-None-Match: "x"\r\nIf-None-Match: "v1"\r\n',
    ),
    unchanged(
      "a date of the future",
      "RFC 9110 §13.1.3",
      "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
    ),
    ignored("a tag without its quotation marks", "RFC 9110 §8.8.3", "If-None-Match: v1\r\n"),
    ignored("a tag that never ends", "RFC 9110 §8.8.3", 'If-None-Match: "v1\r\n'),
    ignored("a tag within another one", "RFC 9110 §8.8.3", 'If-None-Match: "a,"v1","\r\n'),
    ignored("a tag with bytes that are not UTF-8", "docs/caching.md", 'If-None-Match: "\xff"\r\n'),
    ignored("a date that is none", "RFC 9110 §13.1.3", "If-Modified-Since: 0\r\n"),
    ignored(
      "a date with a year of five digits",
      "RFC 9110 §5.6.7",
      "If-Modified-Since: Fri, 31 Dec 99999 23:59:59 GMT\r\n",
    ),
    ignored(
      "a date beside another tag, which counts",
      "RFC 9110 §13.1.3",
      'If-None-Match: "x"\r\nIf-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT\r\n',
    ),
    first(
      "one byte is asked of the origin as one byte",
      RANGE_AMP,
      "Range: bytes=0-0\r\n",
      206,
      ["GET /page", "GET /page"],
      answersRanges,
      {
        originSees: /^range: bytes=0-0\r$/im,
      },
    ),
    first("a reversed range is no range", RFC, "Range: bytes=5-2\r\n", 200, ["GET /page"], whole),
    first(
      "a condition that the origin affirms makes no page of a 304",
      "RFC 9111 §4.3.3",
      "If-None-Match: *\r\n",
      304,
      ["GET /page", "GET /page"],
      answersConditions,
    ),
    first(
      "a condition by a date makes no page of a 304",
      "RFC 9111 §4.3.3",
      "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
      304,
      ["GET /page", "GET /page"],
      answersConditions,
    ),
    first(
      "a condition that cannot be read is passed on as it is, and matches nothing here",
      "docs/caching.md",
      'If-None-Match: "\xff"\r\n',
      200,
      ["GET /page"],
      whole,
      { originSees: /^if-none-match: "\xff"\r$/im },
    ),
    first(
      "a range that the origin says is elsewhere",
      "RFC 9110 §15.3.7",
      "Range: bytes=0-1\r\n",
      206,
      ["GET /page", "GET /page"],
      (request, socket) => {
        if (!/^range:/im.test(request)) return whole(request, socket);
        socket.write(
          ok(`${FIELDS}Content-Range: bytes 98-99/100\r\n`, "01").replace("200 OK", "206 Partial Content"),
        );
      },
    ),
  ],
};
