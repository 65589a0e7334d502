// Static pages under a policy with the hashes that `headgate csp-hashes` makes.
import { expect, it } from "vitest";
import { sourcesIn } from "../../cli/hashing/csp-sources.ts";
import { htmlPages } from "../../cli/hashing/html-pages.ts";
import { describeInChromium, useChromium } from "../support/chromium.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const PAGE = [
  "<!doctype html><meta charset=utf-8><title>before</title>",
  "<style>\r\np::after{content:'\u00e4'}\r\np{color:rgb(1, 2, 3)}</style><p>text</p>",
  "<script>\r\n// \u00e4 \ud83d\ude00 &amp;\r\ndocument.title = 'after';</script>",
  "<script type=module>window.isModule = true;</script>",
  "<svg><script>window.isDrawn = true;</script></svg>",
  '<iframe srcdoc="<script>parent.isWithin = 1 &amp;&amp; true;</script>"></iframe>',
].join("\r\n");

describeInChromium("a static page under strict with hashes, in a real Chromium", () => {
  const edge = useEdge();
  const chromium = useChromium();
  let html = PAGE;
  const origin = useOrigin(
    (_request, response) =>
      void response.writeHead(200, { "content-type": "text/html; charset=utf-8", etag: '"page"' }).end(html),
  );
  const port = () => new URL(edge.url).port;

  it("works without an error, and nothing else runs in it", async () => {
    const pages = await htmlPages([`${origin.url}/`]);
    if (!pages.ok) throw new Error(pages.error);
    const sources = sourcesIn(pages.value);
    const directives = Object.fromEntries(
      Object.entries(sources).map(([name, pagesOf]) => [name, ["'self'", ...Object.keys(pagesOf)]]),
    );
    await edge.site({
      hosts: ["localhost"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      security: { preset: "strict", csp: { directives } },
      routes: [{ id: "all", cache: "off", to: "web" }],
    });
    const { page, errors } = await chromium.page();
    const answer = await page.goto(`http://localhost:${port()}/`);
    expect(answer?.headers()).toMatchObject({ etag: '"page"' }); // the page is as it was
    expect(await page.title()).toBe("after");
    expect(await page.evaluate("getComputedStyle(document.querySelector('p')).color")).toBe("rgb(1, 2, 3)");
    expect(await page.evaluate("[isModule, isDrawn, isWithin]")).toEqual([true, true, true]);
    expect(errors).toEqual([]);

    html = `${PAGE}<script>document.title = 'changed';</script>`;
    const later = await chromium.page();
    await later.page.goto(`http://localhost:${port()}/later`);
    expect(await later.page.title()).toBe("after");
    expect(later.errors.join()).toContain("Content Security Policy");
  });
});
