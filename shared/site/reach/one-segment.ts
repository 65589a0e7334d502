// Does this expression match within one segment only? Hono lets one match across slashes (`:rest{.+}`), and such a
// parameter is not narrower than a plain one. Told from its text, so "no" also means "not simple enough to say".

const ITEM = String.raw`(?:\\[dw.-]|[A-Za-z0-9_-]|\[-?(?:\\[dw]|[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_])+-?\]|\(\?:[A-Za-z0-9_|-]+\))`;
const SIMPLE = new RegExp(String.raw`^(?:${ITEM}(?:[+*?]|\{\d+(?:,\d*)?\})?)+$`);

export function isOneSegment(regex: string): boolean {
  return SIMPLE.test(regex);
}

/** Does it match all of a text? */
export const whollyBy = (regex: string): RegExp => new RegExp(`^(?:${regex})$`);
