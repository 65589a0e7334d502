// Generated mixtures of the shapes that families/smuggling.ts tries one by one: several requests on one connection, each framed in
// one of many ways. Whatever the edge makes of them, the origin gets the requests that the client has answers for, in their
// order, each framed once; and nobody else gets an answer of this client's.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { exchange } from "./client.ts";
import { ECHO } from "./recording-origin.ts";
import { useStage } from "./run.ts";

const stage = useStage();
const { edge, origin } = stage;
const HOST = "mixtures.test";

beforeAll(() =>
  edge.site({
    hosts: [HOST],
    pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
    routes: [{ id: "all", cache: "off", to: "web" }],
  }),
);

const settings = { seed: 20_261_129, numRuns: 200, interruptAfterTimeLimit: 20_000 };

const END = fc.oneof(
  { weight: 30, arbitrary: fc.constant("\r\n") },
  fc.constantFrom("\n", "\r", "\r\n ", "\0\r\n"),
);
const line = (names: readonly string[], values: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...names),
      fc.constantFrom(": ", ":", " : ", ":\t", ":\x0b"),
      fc.constantFrom(...values),
      END,
    )
    .map((parts) => parts.join(""));

const LENGTH = line(
  ["Content-Length", "content-length", "Content_Length", " Content-Length", "Content-Length\t"],
  ["0", "2", "5", "7", "40", "2, 2", "2,5", "+2", "02", "0x2", "2 ", "18446744073709551618", ""],
);
const CODING = line(
  [
    "Transfer-Encoding",
    "transfer-encoding",
    "Transfer_Encoding",
    "Transfer-Encoding ",
    "X-A\nTransfer-Encoding",
  ],
  [
    "chunked",
    "CHUNKED",
    "identity",
    "chunked, chunked",
    "gzip, chunked",
    "chunked, identity",
    "xchunked",
    '"chunked"',
    "",
  ],
);
const OTHER = line(
  ["Connection", "Expect", "Upgrade", "X-A", "Host", "TE", "Trailer"],
  [
    "close",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "100-continue",
    "h2c",
    HOST,
    "trailers",
    "a\r\n b",
  ],
);

const INNER = `GET /inner HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
const BODY = fc.constantFrom(
  "",
  "ok",
  "hello",
  "0\r\n\r\n",
  "2\r\nok\r\n0\r\n\r\n",
  "2;x=y\r\nok\r\n0\r\n\r\n",
  "2\nok\n0\n\n",
  "5\r\nhello0\r\n\r\n",
  "-2\r\nok\r\n0\r\n\r\n",
  `0\r\n\r\n${INNER}`,
  INNER,
  `${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`,
  `2\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n${INNER}`,
);

const REQUEST = fc
  .record({
    method: fc.constantFrom("POST", "POST", "POST", "PUT", "GET", "OPTIONS", "QUERY"),
    version: fc.oneof(
      { weight: 20, arbitrary: fc.constant("HTTP/1.1") },
      fc.constantFrom("HTTP/1.0", "HTTP/2"),
    ),
    lines: fc.array(fc.oneof(LENGTH, CODING, LENGTH, CODING, OTHER), { maxLength: 3 }),
    body: BODY,
  })
  .map(
    ({ method, version, lines, body }) =>
      `${method} /<at> ${version}\r\nHost: ${HOST}\r\n${lines.join("")}\r\n${body}`,
  );

describe("whatever mixture of framings a client sends on one connection", () => {
  it("the origin gets what the client has answers for, and nobody else gets any of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(REQUEST, { minLength: 1, maxLength: 4 }), async (requests) => {
        origin.forget();
        origin.answers = ECHO;
        const sends = requests.map((request, at) => request.replace("<at>", `${at}`)).join("");
        const heard = await exchange(edge.url, { sends, ends: true, gets: [] }, HOST);
        await edge.idle();
        await stage.innocentGetsHisPage();
        const answered = heard.answers.filter(({ line }) => line.includes(" 200 "));
        const asked = origin.asked.filter(
          (line) => !line.startsWith("GET /innocent-") && !line.endsWith(", cut"),
        );
        expect(origin.faults).toEqual([]);
        expect(asked).toEqual(answered.map(({ body }) => body));
      }),
      settings,
    );
    const { records, warnings } = await edge.settled();
    expect(records.filter(({ refusal, status }) => refusal === "bug" || status === 500)).toEqual([]);
    expect([edge.output, warnings]).toEqual([[], []]);
  }, 60_000);
});

const FRAMING = fc.constantFrom(
  "Content-Length: 2\r\n",
  "Content-Length: 40\r\n",
  "Content-Length: 2\r\nContent-Length: 2\r\n",
  "Content-Length: 2\r\nContent-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
  "Transfer-Encoding: gzip, chunked\r\n",
  "Transfer-Encoding : chunked\r\n",
  "Connection: keep-alive\r\n",
  "",
);
const STATUS = fc.constantFrom(
  "200 OK",
  "200 OK",
  "204 No Content",
  "304 Not Modified",
  "206 Partial Content",
  "100 Continue",
  "500 x",
  "404 x",
);
const OTHERS_PAGE = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen";
const ANSWER_BODY = fc.constantFrom(
  "",
  "ok",
  "2\r\nok\r\n0\r\n\r\n",
  OTHERS_PAGE,
  `ok${OTHERS_PAGE}`,
  `2\r\nok\r\n0\r\n\r\n${OTHERS_PAGE}`,
  "zz\r\n",
);

describe("whatever mixture of framings an origin answers with on a connection that it keeps", () => {
  it("nobody else gets any of it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "HEAD", "POST"),
        STATUS,
        FRAMING,
        ANSWER_BODY,
        async (method, status, framing, body) => {
          origin.forget();
          origin.answers = (_request, socket) => {
            socket.write(`HTTP/1.1 ${status}\r\n${framing}\r\n${body}`, "latin1");
            // Without a length the end of the connection is the end of the body.
            setTimeout(() => socket.end(), 30);
          };
          const sends = `${method} /a HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n${method === "POST" ? "Content-Length: 0\r\n" : ""}\r\n`;
          const { closed } = await exchange(edge.url, { sends, gets: [] }, HOST);
          expect(closed).toBe(true);
          await stage.innocentGetsHisPage();
        },
      ),
      { ...settings, numRuns: 100 },
    );
    const { records } = await edge.settled();
    expect(records.filter(({ refusal, status }) => refusal === "bug" || (status === 500 && refusal))).toEqual(
      [],
    );
    expect(edge.output).toEqual([]);
  }, 60_000);
});
