// The pools that a route names, in its order.
export const poolsNamed = (to: string | readonly string[] | undefined): readonly string[] =>
  to === undefined ? [] : typeof to === "string" ? [to] : to;
