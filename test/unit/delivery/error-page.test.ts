import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ERROR_POLICY, errorPage, STYLE_TEXT } from "../../../worker/delivery/error-page.ts";
import { compileErrorPages, textPage } from "../../../worker/delivery/error-pages.ts";
import { problemReply } from "../../../worker/delivery/own-answer.ts";
import { wantsPage } from "../../../worker/delivery/wants-page.ts";
import { ownReply } from "../../../worker/message.ts";
import type { Refusal } from "../../../worker/refusal.ts";

const asks = (accept: string | undefined) =>
  wantsPage({ headers: new Headers(accept === undefined ? {} : { accept }) });

describe("who wants a page", () => {
  it.each([
    ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", true], // Chromium and Firefox
    ["text/html", true],
    ["application/xhtml+xml;q=0.5", true],
    ["TEXT/HTML; charset=utf-8", true],
    ["text/html;q=0.9, application/json;q=0.8", true],
    ["text/html, application/problem+json;q=0.9", true],
    [undefined, false],
    ["*/*", false], // curl
    ["text/*", false],
    ["application/json", false],
    ["application/json, text/html;q=0.9", false],
    ["application/problem+json, text/html;q=0.5", false],
    ["text/html;q=0", false],
    ["text/html;q=2", false],
    ["text/html;q=x", false],
    ["application/json, text/plain, */*", false], // axios
    [`text/html${",a/b".repeat(400)}`, false],
    // A range that matches the document counts as much as one that names it (RFC 9110 §12.5.1).
    ["text/html;q=0.1, */*", false],
    ["text/html;q=0.5, application/*;q=0.6", false],
    ["text/html, */*", true],
    ["text/html;q=0.5, */*;q=0.5", true],
    // The most specific range counts, wherever it stands.
    ["*/*, application/*;q=0.1, text/html;q=0.5", true],
    ["*/*, application/problem+json;q=0.1, text/html;q=0.5", true],
    ["application/problem+json;q=0, */*, text/html;q=0.5", true],
    ["application/*;q=0, */*, application/json, text/html;q=0.5", false],
    ["text/plain, text/html;q=0.2", false],
    ["text/html, text/plain, */*;q=0.01", true], // Lynx
    ["text/html, */*; q=0.01", true], // jQuery, for HTML
  ])("%s: %s", (accept, expected) => {
    expect(asks(accept)).toBe(expected);
  });
});

/** What RFC 9110 §12.5.1 says of one media type: the weight of the most specific range that matches it, or undefined. */
function weightOf(ranges: readonly (readonly [range: string, weight: number])[], type: string) {
  const matching = [type, `${type.split("/")[0]}/*`, "*/*"].map((wanted) =>
    ranges.filter(([range]) => range === wanted).map(([, weight]) => weight),
  );
  const mostSpecific = matching.find((weights) => weights.length > 0);
  return mostSpecific && Math.max(...mostSpecific);
}

describe("whatever is asked for", () => {
  const range = fc.tuple(
    fc.constantFrom(
      ...["text/html", "application/problem+json", "application/*", "*/*", "text/*", "image/png", "text/css"],
    ),
    fc.constantFrom(0, 0.001, 0.3, 0.5, 0.999, 1),
  );

  it("gets the page exactly if it is named and wanted no less than the document", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
        const accept = ranges.map(([type, weight]) => `${type};q=${weight}`).join(", ");
        const isNamed = ranges.some(([type]) => type === "text/html");
        const html = isNamed ? (weightOf(ranges, "text/html") ?? 0) : 0;
        const document = weightOf(ranges, "application/problem+json") ?? 0;
        expect(asks(accept), accept).toBe(html > 0 && html >= document);
      }),
    );
  });

  it("gets an answer, and the same in any case and any order", () => {
    const bytes = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    const part = fc.oneof(bytes, fc.constantFrom("text/html", "*/*", ";q=0.4", ";", "application/json"));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const wanted = asks(parts.join(","));
        expect(asks(parts.join(",").toUpperCase())).toBe(wanted);
        expect(asks(parts.toReversed().join(","))).toBe(wanted);
        expect(asks(parts.join(" , "))).toBe(wanted);
      }),
    );
  });
});

describe("the page of an error", () => {
  it("has a style that its policy allows", () => {
    const hash = createHash("sha256").update(STYLE_TEXT).digest("base64");
    expect(ERROR_POLICY).toContain(`style-src 'sha256-${hash}'`);
    expect(errorPage({ status: 404, reason: "no-route", detail: "x", requestId: "1" })).toContain(
      `<style>${STYLE_TEXT}</style>`,
    );
  });

  it("holds whatever it tells as text", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(text, text, (detail, requestId) => {
        const tags = (told: { detail: string; requestId: string }) =>
          errorPage({ status: 400, reason: "x", ...told }).match(/[<>"]/g)?.length;
        expect(tags({ detail, requestId })).toBe(tags({ detail: "", requestId: "" }));
      }),
    );
  });
});

describe("whatever comes from outside", () => {
  const outside = fc.string({ unit: "binary", maxLength: 80 });
  const hostile = fc.oneof(
    outside,
    fc.constantFrom(
      "<script>alert(1)</script>",
      "</title><svg onload=a()>",
      "\"'><img src=x>",
      "]]>",
      "<!--",
      "&lt;",
      "\u2028",
    ),
  );
  const pageOf = (refusal: Refusal, requestId: string) => {
    const asked = { headers: new Headers({ accept: "text/html" }) };
    return String(problemReply(refusal, requestId, { asked, site: { edgeFields: "brief" } }).body);
  };

  it.each<[string, (text: string) => Refusal]>([
    ["a host", (host) => ({ reason: "no-site", host })],
    ["a host that is none", (host) => ({ reason: "bad-host", host })],
    ["a path", (at) => ({ reason: "bad-path-encoding", at })],
    ["a method", (method) => ({ reason: "method-refused", method })],
    ["an order to purge", (because) => ({ reason: "purge-unreadable", because })],
  ])("%s is text in the page, and a text in the document", (_what, refusalOf) => {
    const skeleton = (html: string) => html.replace(/[^<>"']/g, "");
    fc.assert(
      fc.property(hostile, hostile, (text, requestId) => {
        expect(skeleton(pageOf(refusalOf(text), requestId))).toBe(skeleton(pageOf(refusalOf(""), "")));
        const document = JSON.parse(String(problemReply(refusalOf(text), requestId).body));
        expect(Object.keys(document)).toEqual(["type", "status", "detail", "requestId"]);
        expect(document.requestId).toBe(requestId);
      }),
    );
  });

  it("is text in a page of the site's own, whose own markup stays as it is", () => {
    const part = fc.oneof(outside, fc.constantFrom("<p>", "${", "$", "${host}", "$&", "$1", "${status"));
    const name = fc.constantFrom("status", "reason", "request.id");
    fc.assert(
      fc.property(fc.array(fc.tuple(part, name), { maxLength: 5 }), hostile, (pieces, requestId) => {
        const facts = { status: 404, reason: requestId, requestId };
        const body = pieces.map(([own, which]) => `${own}\0\${${which}}`).join("");
        const shown = (type: string) =>
          String(
            textPage({ kind: "text", name: "", type, body }, facts, ownReply(404, new Headers(), null)).body,
          );
        const escaped = requestId.replace(/[&<>"']/g, (one) => `&${NAMED[one]};`);
        const filled = pieces
          .map(([own, which]) => `${own}\0${which === "status" ? "404" : escaped}`)
          .join("");
        expect(shown("text/html; charset=utf-8")).toBe(filled);
        expect(shown("image/svg+xml")).toBe(filled);
        const plain = shown("application/json");
        for (const [own] of pieces) expect(plain).toContain(own);
        expect(plain.length).toBeLessThanOrEqual(filled.length);
      }),
    );
  });
});

const NAMED: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };

describe("a page of the site's own", () => {
  const pages = (site: object | undefined, route?: object) =>
    compileErrorPages(site as never, route as never);
  const text = (body: string) => ({ body, type: "text/html" });

  it("is that of the status, then that of the class, and that of the route first", () => {
    const both = pages(
      { of: "edge", pages: { 404: text("site 404"), "4xx": text("site 4xx"), "5xx": text("site 5xx") } },
      { of: "edge", pages: { "4xx": text("route 4xx") } },
    );
    const bodyFor = (status: number, isOfOrigin = false) => {
      const page = both?.pageFor(status, isOfOrigin);
      return page?.kind === "text" ? page.body : undefined;
    };
    expect([404, 403, 503].map((status) => bodyFor(status))).toEqual(["route 4xx", "route 4xx", "site 5xx"]);
    expect(bodyFor(404, true)).toBeUndefined();
    expect(pages(undefined)).toBeNull();
  });

  it("fills in what is known, so that nothing of it is markup", () => {
    const page = {
      kind: "text",
      type: "text/html",
      name: "",
      body: "${status} ${reason} ${request.id} ${host} $${x}",
    } as const;
    const before = ownReply(404, new Headers({ "retry-after": "5", etag: '"1"', allow: "GET" }), null);
    const reply = textPage(page, { status: 404, reason: "<b>", requestId: `"'&` }, before);
    expect(reply.body).toBe("404 &lt;b&gt; &quot;&#39;&amp; ${host} $${x}");
    expect(Object.fromEntries(reply.headers)).toEqual({
      allow: "GET",
      "retry-after": "5",
      "cache-control": "no-store",
      "content-type": "text/html",
    });
    const plain = textPage(
      { ...page, type: "application/json", body: '{"id":"${request.id}"}' },
      { status: 404, reason: "", requestId: 'a"}\n' },
      before,
    );
    expect(plain.body).toBe('{"id":"a"}');
  });
});
