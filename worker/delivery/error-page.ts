// A refusal as a page for people. It loads nothing, and its style is allowed by its hash.
import { asHtml, ERROR_STYLE, PAGE_STYLE, pageStart } from "./page-look.ts";

const STYLE = PAGE_STYLE + ERROR_STYLE;
/** SHA-256 of STYLE; a test computes it. */
export const STYLE_HASH = "sha256-pafb0oERUmod2EOLxIrWYVDWmmE5+LHAmehj6FLJbkA=";
export const STYLE_TEXT = STYLE;

export const ERROR_POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export interface ErrorTold {
  readonly status: number;
  /** Undefined if it is not told. */
  readonly reason: string | undefined;
  readonly detail: string;
  readonly requestId: string;
}

export const errorPage = ({ status, reason, detail, requestId }: ErrorTold): string =>
  `${pageStart(headline(status), `<style>${STYLE}</style>`)}<main>
<p class="status">${status}</p>
<h1>${headline(status)}</h1>
<p>${asHtml(detail)}</p>
<dl>${reason === undefined ? "" : `<dt>Reason</dt><dd>${asHtml(reason)}</dd>`}<dt>Request</dt><dd>${asHtml(requestId)}</dd></dl>
</main>
</html>
`;

const HEADLINES: Readonly<Record<number, string>> = {
  400: "This request cannot be understood",
  401: "You are not logged in",
  403: "You may not see this",
  404: "There is nothing here",
  405: "This cannot be done here",
  408: "That took too long",
  413: "That is too large",
  414: "This address is too long",
  429: "Too many requests",
  502: "The site does not answer",
  503: "Not available just now",
  504: "The site takes too long",
};

export const headline = (status: number): string =>
  HEADLINES[status] ?? (status < 500 ? "This request is refused" : "Something went wrong");
