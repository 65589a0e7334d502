// The page that a browser shows while it works. It loads nothing, and its script and its style run by a nonce.

import { PAGE_STYLE, pageStart } from "../../delivery/page-look.ts";
import { ownReply, type Reply } from "../../message.ts";
import { WIDGET, WORK } from "./page-scripts.ts";

export interface ChallengePage {
  /** Empty if a widget judges. */
  readonly task: string;
  readonly bits: number;
  /** Of the widget; null if there is none. */
  readonly siteKey: string | null;
  /** The name of the cookie that holds the solution, or the token of the widget. */
  readonly cookie: string;
  readonly maxAgeSeconds: number;
  readonly isSecure: boolean;
}

/** Each page has its own nonce. */
export function challengePage(page: ChallengePage, nonce: string): Reply {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'${page.siteKey === null ? "" : ` ${WIDGETS}`}`,
    ...(page.siteKey === null ? [] : [`frame-src ${WIDGETS}`, `connect-src ${WIDGETS}`]),
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; ");
  const headers = new Headers({ "content-type": "text/html; charset=utf-8" });
  return {
    ...ownReply(403, headers, html(page, nonce)),
    fixed: [
      ["content-security-policy", policy],
      ["cache-control", "no-store"],
    ],
  };
}

const html = (
  page: ChallengePage,
  nonce: string,
): string => `${pageStart("One moment", `<style nonce="${nonce}">${STYLE}</style>`)}<main>
<h1>One moment</h1>
<p id="said" role="status">${page.siteKey === null ? WORKING : JUDGED}</p>
${page.siteKey === null ? '<div id="bar" aria-hidden="true"><span></span></div>' : '<div id="widget"></div>'}
<noscript><style nonce="${nonce}">#said,#bar,#widget{display:none}</style><p>This page needs JavaScript to go on.</p></noscript>
</main>
<script nonce="${nonce}">(${page.siteKey === null ? WORK : WIDGET})(${inScript(page)})</script>${page.siteKey === null ? "" : widgetScript(nonce)}
</html>
`;

const WORKING = "Your browser is solving a small task, to show that it is not a flood of programs.";
const JUDGED = "Show that you are no flood of programs.";

/** Cloudflare Turnstile. */
const WIDGETS = "https://challenges.cloudflare.com";
const widgetScript = (nonce: string): string =>
  `\n<script nonce="${nonce}" src="${WIDGETS}/turnstile/v0/api.js?onload=widgetReady&render=explicit" async defer></script>`;

/** No text in it can end the script. */
const inScript = (page: ChallengePage): string => JSON.stringify(page).replaceAll("<", "\\u003c");

const STYLE =
  PAGE_STYLE +
  "#widget{margin-top:1.5rem;min-height:65px}" +
  "#bar{margin-top:1.5rem;height:4px;border-radius:2px;overflow:hidden;background:light-dark(#e4e7ec,#2b2f37)}" +
  "#bar span{display:block;height:100%;width:35%;border-radius:2px;background:#3b7cff;animation:go 1.1s ease-in-out infinite alternate}" +
  "@keyframes go{to{margin-left:65%}}" +
  "@media(prefers-reduced-motion:reduce){#bar span{animation:none;width:100%}}";
