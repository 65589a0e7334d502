// The client of the admin API. Its calls are typed by the table that the edge makes its routes from.
import { type AnswerOf, type AskedOf, hasBody, type Operation } from "../../shared/admin/operation.ts";
import { OPERATIONS, type OperationName, type Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";

export interface AdminFailure {
  /** The edge's reason, or `unreachable` or `not-understood`. */
  readonly reason: string;
  /** A sentence for who called. */
  readonly sentence: string;
  /** All of the problem document, if the edge has sent one. */
  readonly problem?: Readonly<Record<string, unknown>>;
}

export interface AdminPlace {
  /** `https://admin.example.com`. */
  readonly edge: string;
  readonly token: string;
}

const WITHIN_MS = 30_000;
/** A version of a site has 25 MiB at most, and the largest answer is one with its file. */
const MAX_ANSWER_BYTES = 128 * 1_048_576;

export class AdminClient {
  readonly #place: AdminPlace;

  constructor(place: AdminPlace) {
    this.#place = place;
  }

  get edge(): string {
    return this.#place.edge;
  }

  async call<Name extends OperationName>(
    name: Name,
    asked: Partial<AskedOf<Operations[Name]>>,
  ): Promise<Result<AnswerOf<Operations[Name]>, AdminFailure>> {
    const operation: Operation = OPERATIONS[name];
    const { edge, token } = this.#place;
    let answer: { readonly status: number; readonly text: string };
    try {
      const response = await fetch(edge + targetOf(operation, asked), {
        method: operation.method.toUpperCase(),
        headers: {
          authorization: `Bearer ${token}`,
          accept: "application/json",
          ...(hasBody(operation) && { "content-type": "application/json" }),
        },
        body: hasBody(operation) ? JSON.stringify(asked.body) : null,
        redirect: "manual", // another host must not get the token
        signal: AbortSignal.timeout(WITHIN_MS),
      });
      answer = { status: response.status, text: await textOf(response) };
    } catch (error) {
      return err({ reason: "unreachable", sentence: `${edge} cannot be reached: ${causeOf(error)}` });
    }
    const value = parsed(answer.text);
    if (answer.status === 200) {
      const read = operation.answer.safeParse(value);
      if (read.success) return ok(read.data as AnswerOf<Operations[Name]>);
    } else if (isProblem(value))
      return err({ reason: value.title, sentence: value.detail, problem: { ...value } });
    const sentence = `${edge} answered ${answer.status}, and not as the admin API of this version; is it the URL of the admin API?`;
    return err({ reason: "not-understood", sentence });
  }
}

/** Whoever answers there need not be the edge, and may never end. */
async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new Error("the answer is too long");
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

interface Page {
  /** Where the next one begins; null if there is none. */
  readonly next: string | null;
}

/** All pages of a list. */
export async function pagesOf<P extends Page>(
  pageAfter: (after: string | undefined) => Promise<Result<P, AdminFailure>>,
): Promise<Result<readonly P[], AdminFailure>> {
  const pages: P[] = [];
  let after: string | undefined;
  do {
    const page = await pageAfter(after);
    if (!page.ok) return page;
    pages.push(page.value);
    after = page.value.next ?? undefined;
  } while (after !== undefined);
  return ok(pages);
}

function targetOf({ path }: Operation, { params = {}, query = {} }: Partial<AskedOf<Operation>>): string {
  const given = params as Readonly<Record<string, string>>;
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given[name] ?? ""));
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? target : `${target}?${text}`;
}

interface Problem {
  readonly title: string;
  readonly detail: string;
}

const isProblem = (value: unknown): value is Problem => {
  const { title, detail } = (value ?? {}) as Partial<Problem>;
  return typeof title === "string" && typeof detail === "string";
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch wraps what the system said. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${WITHIN_MS / 1_000} s`;
  const { cause } = error;
  const { code, message } = (cause instanceof Error ? cause : error) as NodeJS.ErrnoException;
  return code ?? message;
}
