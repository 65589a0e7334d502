// Whatever an origin sends, and calls it, what changes bodies on the way out changes it or leaves it, and has no bug.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const LABELS = [
  "utf-8",
  "UTF8",
  '"utf-8"',
  "'utf-8'",
  "latin1",
  "latin-1",
  "iso-8859-1",
  "iso-8859-12",
  "iso-8859-99",
  "windows-1252",
  "windows-1259",
  "us-ascii",
  "koi8-r",
  "koi8-u",
  "utf-16",
  "iso-2022-jp",
  "x-user-defined",
  "made-up",
  "",
  '"utf-8',
  "utf-8; charset=utf-16",
  "\xff",
  "a\tb",
];
const TYPES = [
  "text/html",
  "application/xhtml+xml",
  "text/css",
  "application/json",
  "TEXT/HTML",
  "text/html ",
  "text/html,text/html",
  "text/html;",
  "",
  "*/*",
  "text/html; =",
  "text/html; a=\xff",
];

describe("a body that is changed on its way out", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => void response.end("unset"), edge);

  const everything = () =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      security: { preset: "strict", csp: { nonce: "all" } },
      compress: { minSize: "0B" } as never,
      routes: [
        {
          id: "all",
          base: "/app",
          match: { path: "/app/*" },
          edits: {
            originUrls: true,
            replace: [{ from: "a", to: "bb" }],
            inject: { headEnd: "<x>", bodyEnd: "<y>" },
          },
          errors: { of: "all", pages: { "5xx": { body: "ours" } } },
          cache: "off",
          to: "web",
        },
      ],
    } as never);

  it.each(LABELS)("is no bug in the encoding %j", async (label) => {
    const client = await everything();
    for (const type of ["text/html", "text/css"]) {
      origin.answers(
        (_request, response) =>
          void response
            .writeHead(200, { "content-type": `${type}; charset=${label}` })
            .end("<head></head><body>a\xe4</body>"),
      );
      const answer = await client.get("/app/");
      expect([label, answer.status]).toEqual([label, 200]);
    }
  });

  it("is no bug, whatever it is (generated)", async () => {
    const client = await everything();
    const markup = fc.constantFrom(
      "<",
      ">",
      "</",
      "<a href=/",
      "<script",
      "</script>",
      "<style>",
      "<!--",
      "-->",
      "<![CDATA[",
      "&#",
      '"',
      "'",
      "=",
      " ",
      "\0",
      "\xff",
      "a",
      "http://",
      "url(/",
      "srcset='/a 1x,",
      "<svg>",
      "<textarea>",
      "<head>",
      "<body>",
      "<meta http-equiv=refresh content=0;url=/",
    );
    const body = fc.oneof(
      fc.array(markup, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(""), "latin1")),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    );
    const asked = { "accept-encoding": fc.constantFrom("gzip", "br", "identity", "*") };
    await fc.assert(
      fc.asyncProperty(
        body,
        fc.constantFrom(...TYPES),
        fc.constantFrom(200, 203, 206, 301, 404, 500),
        fc.record(asked),
        async (bytes, type, status, fields) => {
          origin.answers((_request, response) => {
            response.writeHead(status, {
              "content-type": type,
              etag: '"1"',
              ...(status === 301 && { location: "/x" }),
              ...(status === 206 && { "content-range": `bytes 0-9/10` }),
            });
            response.end(bytes);
          });
          const answer = await client.get("/app/x", fields);
          expect([200, 203, 206, 301, 404, 500, 502]).toContain(answer.status);
          expect(answer.text).not.toContain("because of a bug");
        },
      ),
      { numRuns: 250 },
    );
    const { records } = await edge.settled();
    expect(records.filter(({ refusal }) => refusal === "bug")).toEqual([]);
    expect(edge.output.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
  });
});
