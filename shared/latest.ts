// Remembers the last result. Several conditions of one request read the same cookies, query or address. Only one
// result is kept, so nothing grows. Callers must not change it.

export function latest<Result, Given = string>(work: (given: Given) => Result): (given: Given) => Result {
  let known: { readonly given: Given; readonly result: Result } | undefined;
  return (given) => {
    if (known?.given !== given) known = { given, result: work(given) };
    return known.result;
  };
}
