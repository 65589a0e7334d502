// How the pages of the edge itself look: one look for errors and challenges, in light and in dark, that needs nothing from anywhere.

export const PAGE_STYLE =
  ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}" +
  "body{margin:0;min-height:100svh;display:grid;place-items:center;background:light-dark(#f6f7f9,#14161a);color:light-dark(#1c1f24,#e7e9ee)}" +
  "main{box-sizing:border-box;width:min(28rem,100% - 2rem);margin:1rem;padding:clamp(1.25rem,6vw,2rem);border-radius:14px;overflow-wrap:anywhere;background:light-dark(#fff,#1d2026);box-shadow:0 0 0 1px light-dark(#1c1f240a,#ffffff12),0 1px 3px #0002,0 8px 32px #0001}" +
  "h1{margin:0 0 .5rem;font-size:1.35rem;line-height:1.3;font-weight:600;text-wrap:balance}p{margin:0}";

export const ERROR_STYLE =
  ".status{font-size:.85rem;letter-spacing:.08em;color:light-dark(#5b6472,#9aa3b2);margin-bottom:.35rem}" +
  "dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem .9rem;margin:1.5rem 0 0;padding-top:1rem;border-top:1px solid light-dark(#e4e7ec,#2b2f37);font-size:.8rem}" +
  "dt{color:light-dark(#5b6472,#9aa3b2)}dd{margin:0;font-family:ui-monospace,monospace}";

/** The parts before the content of a page. `style` is a text of ours. */
export const pageStart = (title: string, style: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${asHtml(title)}</title>
${style}
`;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const asHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
