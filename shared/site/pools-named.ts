// The pools that a route names, in its order.
interface Leading {
  readonly to?: string | readonly string[] | undefined;
  readonly files?: { readonly else?: readonly string[] | undefined } | undefined;
}

/** Those that may answer its requests: after its files, if it has some. */
export function poolsOfRoute({ to = [], files }: Leading): readonly string[] {
  return files?.else ?? (typeof to === "string" ? [to] : to);
}
