// A browser that solves the task of a challenge, by the script of the page.
import { runInNewContext } from "node:vm";
import { WORK } from "../../worker/admission/challenge/page-scripts.ts";
import type { Answer } from "./client.ts";

/** The cookie that it comes back with. */
export function solved(page: Answer): string {
  const given = /<script[^>]*>.*\)\((\{.*\})\)<\/script>/s.exec(page.text)?.[1] ?? "";
  const document = { cookie: "", getElementById: () => ({}) };
  const pending: (() => void)[] = [];
  runInNewContext(`(${WORK})(${given})`, {
    document,
    location: { reload: () => {} },
    sessionStorage: { getItem: () => null, setItem: () => {} },
    setTimeout: (act: () => void) => pending.push(act),
  });
  while (pending.length > 0) pending.shift()?.();
  return document.cookie.split(";")[0] ?? "";
}
