// The Content-Security-Policy of a site or a route (CSP Level 3).

import { doc } from "#doc";
import * as z from "../zod.ts";
import { didYouMean } from "./did-you-mean.ts";
import { rejectedBy } from "./scalars.ts";

/** Those with sources, and those without. */
const WITH_SOURCES = [
  "default-src",
  "script-src",
  "script-src-elem",
  "script-src-attr",
  "style-src",
  "style-src-elem",
  "style-src-attr",
  "img-src",
  "font-src",
  "connect-src",
  "media-src",
  "object-src",
  "frame-src",
  "child-src",
  "worker-src",
  "manifest-src",
  "fenced-frame-src",
  "base-uri",
  "form-action",
  "frame-ancestors",
  "require-trusted-types-for",
  "trusted-types",
  "sandbox",
];
const WITHOUT_SOURCES = ["upgrade-insecure-requests"];
export const KNOWN_DIRECTIVES = [...WITH_SOURCES, ...WITHOUT_SOURCES];

const KEYWORD =
  /^(?:none|self|unsafe-inline|unsafe-eval|unsafe-hashes|strict-dynamic|report-sample|wasm-unsafe-eval|inline-speculation-rules|script|sha(?:256|384|512)-.*)$/;

function objectionToDirective(name: string): string | undefined {
  if (KNOWN_DIRECTIVES.includes(name)) return undefined;
  if (name.startsWith("report-")) return "is written by the edge; name the address in `security.report`";
  const hint = didYouMean(name, KNOWN_DIRECTIVES);
  return `is not a directive of CSP${hint === undefined ? "" : `; ${hint}`}`;
}

function objectionToSource(source: string): string | undefined {
  if (!/^[!-~]+$/.test(source) || /[;,]/.test(source))
    return "is not one source: it has white space, a `;`, a `,` or a character outside ASCII; write each source as an entry of its own";
  if (KEYWORD.test(source) && source !== "script")
    return `is taken for a host without quotes of its own; write "'${source}'"`;
  if (/^'nonce-/i.test(source))
    return "would be the same nonce for all; write `nonce: all` and leave it to the edge";
  return undefined;
}

const source = z
  .string()
  .superRefine(rejectedBy(objectionToSource))
  .meta(doc({ title: "source of a policy" }));

function objectionToReport(url: string): string | undefined {
  if (!/^(?:https:\/\/|\/(?!\/))/.test(url)) return "must begin with https:// or with one /";
  return /^[!-~]+$/.test(url) && !/[;,"\\]/.test(url) && URL.canParse(url, "https://a.example")
    ? undefined
    : "is not a URL; percent-encode what may not stand in one";
}

export const reportUrl = z
  .string()
  .superRefine(rejectedBy(objectionToReport))
  .meta(doc({ title: "address of reports" }));

export const csp = z
  .strictObject({
    directives: z
      .record(
        z
          .string()
          .superRefine(rejectedBy(objectionToDirective))
          .meta(doc({ title: "directive of a policy" })),
        z.array(source).max(128, "has more than 128 sources"),
      )
      .default({})
      .describe(
        doc(
          "Directives and their sources, each in place of the preset's. An empty list of a directive with sources takes it out. Keywords have quotes " +
            "of their own, as in `\"'self'\"`.",
        ),
      )
      .meta(
        doc({
          examples: [
            { "img-src": ["'self'", "https://images.example.com"], "upgrade-insecure-requests": [] },
          ],
        }),
      ),
    nonce: z
      .enum(["off", "marked", "all"])
      .default("off")
      .describe(
        doc(
          "A new nonce for each answer, in the policy and in the page, so that inline scripts and styles run without `unsafe-inline`. marked: on " +
            "elements that have a `nonce` attribute already, whatever its value. all: on every script and style of the page. Danger: `all` also " +
            "lets run what an attacker has got into the HTML of the origin. See docs/security-headers.md.",
        ),
      ),
    reportOnly: z
      .boolean()
      .default(false)
      .describe(doc("Browsers report what the policy would stop, and stop nothing.")),
  })
  .describe(
    doc("The Content-Security-Policy, in place of the origin's: that of the preset, with these directives."),
  )
  .meta(doc({ examples: [{ nonce: "marked", directives: { "img-src": ["'self'", "data:"] } }] }));

export type CspConfig = z.output<typeof csp>;
