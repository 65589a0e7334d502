// The URLs of a style sheet whose origin is shown under another path: `url(/a.png)` and `@import "/a.css"`.
import { exactly, type TextEdit } from "./text-editor.ts";

/** More white space than anybody writes there. */
const MOST_SPACE = 8;
const SPACE = `[ \\t\\n\\f\\r]{0,${MOST_SPACE}}`;

export function mountedCss(base: string): TextEdit {
  const fromRoot = String.raw`(?=\/(?![\/\\]))(?!${exactly(base)}(?:[\/?#)"' ]))`;
  return {
    pattern: `(?:[uU][rR][lL]\\(${SPACE}["']?|@[iI][mM][pP][oO][rR][tT]${SPACE}["'])${fromRoot}`,
    longest: "@import".length + MOST_SPACE + 1 + base.length + "//".length,
    replacement: (found) => found + base,
  };
}
