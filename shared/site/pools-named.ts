// The pools that a route names, in its order.
export const poolsNamed = (to: string | readonly string[] | undefined): readonly string[] =>
  to === undefined ? [] : typeof to === "string" ? [to] : to;

interface Leading {
  readonly to?: string | readonly string[] | undefined;
  readonly files?: { readonly else?: readonly string[] | undefined } | undefined;
}

/** Those that may answer its requests: after its files, if it has some. */
export const poolsOfRoute = ({ to, files }: Leading): readonly string[] => poolsNamed(to ?? files?.else);
