// What is wrong with a site file, where, and how to mend it.

export interface Problem {
  /** `routes[2].cache.ttl`; empty for the file as a whole. */
  readonly path: string;
  /** A sentence that says what is wrong and what to write instead. */
  readonly message: string;
}

/** `["routes", 2, "cache", "ttl"]` → `routes[2].cache.ttl`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(String(step)))
      text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${JSON.stringify(String(step))}]`;
  }
  return text;
}
