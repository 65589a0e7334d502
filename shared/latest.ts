// What was worked out last, for whoever asks for the same again: several conditions of one request read the same
// cookies, the same query, the same address. One result only, so that nothing grows; what it gives is not to be changed.

export function latest<Result, Given = string>(work: (given: Given) => Result): (given: Given) => Result {
  let known: { readonly given: Given; readonly result: Result } | undefined;
  return (given) => {
    if (known?.given !== given) known = { given, result: work(given) };
    return known.result;
  };
}
