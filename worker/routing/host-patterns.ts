// Under which patterns may a site for this host be stored? The most specific first.

/** More labels than this are looked up as a whole and as `*` only: a made-up host may not cost many reads. */
const MAX_WILDCARDS = 6;

/** `a.b.example.com` → itself, `*.b.example.com`, `*.example.com`, `*.com`, `*`. */
export function hostPatterns(host: string): string[] {
  const patterns = [host];
  if (!host.startsWith("[")) {
    const labels = host.split(".");
    const wildcards = labels.length - 1;
    if (wildcards <= MAX_WILDCARDS) {
      for (let from = 1; from <= wildcards; from++) patterns.push(`*.${labels.slice(from).join(".")}`);
    }
  }
  patterns.push("*");
  return patterns;
}
