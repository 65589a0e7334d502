// What does a caller of an operation give? The parameters of the path, the query and the body, checked by the operation's
// schemas. The body is read within limits of size and time.
import type { HonoRequest } from "hono";
import type { AdminRefusal, InputProblem } from "../../shared/admin/admin-refusal.ts";
import { type GivenOf, hasBody, type Operation } from "../../shared/admin/operation.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { problemAt } from "../../shared/site/problem.ts";
import { wording } from "../../shared/site/wording.ts";
import type { World } from "../ports.ts";

const MAX_PARAM_LENGTH = 512;
/** The largest body has 8 MiB. */
const BODY_WITHIN_MS = 60_000;

export async function readInput(
  operation: Operation,
  request: HonoRequest,
  after: World["after"],
): Promise<Result<GivenOf<Operation>, AdminRefusal>> {
  const params: Readonly<Record<string, string>> = request.param();
  for (const [name, value] of Object.entries(params))
    if (value.length > MAX_PARAM_LENGTH) return invalid([{ path: name, message: "is too long" }]);
  const query = operation.query.safeParse(request.query(), { error: wording });
  if (!query.success) return invalid(problemsIn(query.error.issues));
  if (!hasBody(operation)) return ok({ params, query: query.data, body: undefined });
  const read = await readJson(request.raw, operation.maxBodyBytes, after);
  if (!read.ok) return read;
  const body = operation.body.safeParse(read.value, { error: wording });
  return body.success
    ? ok({ params, query: query.data, body: body.data })
    : invalid(problemsIn(body.error.issues));
}

const invalid = (problems: readonly InputProblem[]) => err({ reason: "invalid-input", problems } as const);

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

const problemsIn = (issues: readonly Issue[]): InputProblem[] =>
  issues.flatMap(({ path, message, keys }) => {
    const wrong = keys?.map((key) => problemAt([...path, key], "is not a known key"));
    return (wrong ?? [problemAt(path, path.length === 0 ? `the body ${message}` : message)]).map(
      (problem) => ({
        path: problem.path,
        message: problem.message,
      }),
    );
  });

async function readJson(
  request: Request,
  maxBytes: number,
  after: World["after"],
): Promise<Result<unknown, AdminRefusal>> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json *(;|$)/i.test(type)) return err({ reason: "not-json" });
  const text = await textWithin(request, maxBytes, after);
  if (!text.ok) return text;
  try {
    return ok(JSON.parse(text.value));
  } catch {
    return err({ reason: "not-json" });
  }
}

/** What comes after the limit is not read. */
async function textWithin(
  { headers, body }: Request,
  maxBytes: number,
  after: World["after"],
): Promise<Result<string, AdminRefusal>> {
  const tooLarge = err({ reason: "body-too-large", maxBytes } as const);
  if (Number(headers.get("content-length") ?? 0) > maxBytes) return tooLarge;
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  let isLate = false;
  const callOff = after(BODY_WITHIN_MS, () => {
    isLate = true;
    void reader?.cancel().catch(() => {}); // ends the reading below
  });
  try {
    for (;;) {
      const piece = await reader?.read();
      if (isLate) return err({ reason: "body-too-slow", afterMs: BODY_WITHIN_MS });
      if (!piece || piece.done) return ok(text + decoder.decode());
      bytes += piece.value.byteLength;
      if (bytes > maxBytes) {
        await reader?.cancel().catch(() => {});
        return tooLarge;
      }
      text += decoder.decode(piece.value, { stream: true });
    }
  } catch {
    return err(isLate ? { reason: "body-too-slow", afterMs: BODY_WITHIN_MS } : { reason: "body-incomplete" });
  } finally {
    callOff();
  }
}
