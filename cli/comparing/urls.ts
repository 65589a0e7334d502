// The requests that `diff --url` and `--urls FILE` name: a URL, or a method and a URL. Pure.
import { err, ok, type Result } from "../../shared/result.ts";
import { method } from "../../shared/site/scalars.ts";

export interface NamedRequest {
  readonly method: string;
  readonly url: string;
}

export function requestNamed(text: string): NamedRequest | undefined {
  const [, verb = "GET", url = ""] = /^(?:(\S+)\s+)?(https?:\/\/\S+)$/i.exec(text.trim()) ?? [];
  return url !== "" && method.safeParse(verb).success ? { method: verb, url } : undefined;
}

/** One a line. Empty lines and those with a number sign are passed over. The error is a sentence. */
export function requestsIn(text: string, file: string): Result<NamedRequest[], string> {
  const requests: NamedRequest[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const request = requestNamed(line);
    if (!request)
      return err(
        `${file}:${at + 1}: not a whole URL, with http:// or https:// in front, after a method or alone`,
      );
    requests.push(request);
  }
  return ok(requests);
}
