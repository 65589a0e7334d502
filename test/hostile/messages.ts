// Reads HTTP/1.1 messages as strictly as RFC 9112 allows. What it objects to, some other reader takes for something else.

export interface Message {
  /** The request line or the status line. */
  readonly line: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The message byte for byte. */
  readonly bytes: string;
  readonly faults: readonly string[];
}

/** What is left over is no complete message. */
export interface Messages {
  readonly messages: readonly Message[];
  readonly rest: string;
}

const HEAD_END = "\r\n\r\n";

export function requestsIn(bytes: string): Messages {
  return messagesIn(bytes, false, ({ fields }) => framing(fields, "empty"));
}

/** `method`: of the request that is answered first. An answer without a length goes on to the end of the connection. */
export function answersIn(bytes: string, method: string): Messages {
  let isFirst = true;
  return messagesIn(bytes, true, ({ line, fields }) => {
    const status = Number(line.split(" ")[1]);
    const hasNone = (isFirst && method === "HEAD") || status < 200 || status === 204 || status === 304;
    if (status >= 200) isFirst = false;
    return hasNone ? { length: 0 } : framing(fields, "to the end");
  });
}

type Head = Pick<Message, "line" | "fields">;
type Framing = { readonly length: number } | "chunked" | "to the end";

function messagesIn(bytes: string, areAnswers: boolean, framingOf: (head: Head) => Framing): Messages {
  const messages: Message[] = [];
  let rest = bytes;
  while (rest.includes(HEAD_END)) {
    const text = rest.slice(0, rest.indexOf(HEAD_END));
    const after = rest.slice(text.length + HEAD_END.length);
    const [line = "", ...lines] = text.split("\r\n");
    const fields = lines.map(fieldIn);
    const faults = [...faultsOf(line, fields, areAnswers), ...lines.flatMap(faultsOfLine)];
    const body = bodyIn(after, framingOf({ line, fields }));
    if (body === undefined) break;
    rest = after.slice(body.length);
    const length = text.length + HEAD_END.length + body.length;
    const whole = bytes.slice(bytes.length - rest.length - length, bytes.length - rest.length);
    messages.push({ line, fields, body: body.text, bytes: whole, faults });
  }
  return { messages, rest };
}

const fieldIn = (line: string): [string, string] => {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
};

const valuesOf = (fields: Message["fields"], wanted: string): string[] =>
  fields.flatMap(([name, value]) => (name === wanted ? [value] : []));

function framing(fields: Message["fields"], without: "empty" | "to the end"): Framing {
  if (valuesOf(fields, "transfer-encoding").length > 0) return "chunked";
  const [length] = valuesOf(fields, "content-length");
  if (length !== undefined) return { length: Number(length) };
  return without === "empty" ? { length: 0 } : "to the end";
}

/** Undefined if the end has not come. `length` includes the framing. */
function bodyIn(after: string, framed: Framing): { text: string; length: number } | undefined {
  if (framed === "to the end") return { text: after, length: after.length };
  if (framed !== "chunked") {
    return after.length < framed.length
      ? undefined
      : { text: after.slice(0, framed.length), length: framed.length };
  }
  let [text, at] = ["", 0];
  for (;;) {
    const [line, size = ""] = /^([0-9a-fA-F]+)\r\n/.exec(after.slice(at, at + 20)) ?? [];
    if (line === undefined) return undefined;
    at += line.length;
    const length = Number.parseInt(size, 16);
    if (after.slice(at + length, at + length + 2) !== "\r\n") return undefined;
    text += after.slice(at, at + length);
    at += length + 2;
    if (length === 0) return { text, length: at };
  }
}

const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ \/[\x21-\x7e]* HTTP\/1\.1$/;
const STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d [\x20-\x7e]*$/;
/** What a careless reader takes for the field that frames the message. */
const LIKE_CODING = /^[^a-z]*transfer[^a-z]*encoding[^a-z]*$/;
const LIKE_LENGTH = /^[^a-z]*content[^a-z]*length[^a-z]*$/;

function faultsOf(line: string, fields: Message["fields"], areAnswers: boolean): string[] {
  const faults = (areAnswers ? STATUS_LINE : REQUEST_LINE).test(line) ? [] : [`the line ${line}`];
  const hosts = valuesOf(fields, "host");
  if (!areAnswers && hosts.length !== 1) faults.push(`${hosts.length} hosts`);
  const codings = fields.filter(([name]) => LIKE_CODING.test(name));
  const lengths = fields.filter(([name]) => LIKE_LENGTH.test(name));
  if (codings.length + lengths.length > 1) faults.push("it is framed twice");
  if (codings.some(([name, value]) => name !== "transfer-encoding" || value !== "chunked"))
    faults.push(`framed as ${codings}`);
  if (lengths.some(([name, value]) => name !== "content-length" || !/^\d+$/.test(value)))
    faults.push(`framed as ${lengths}`);
  return faults;
}

/** A name that is a token, and a value without control characters; so neither a bare CR or LF nor a folded line. */
const faultsOfLine = (line: string): string[] =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*$/.test(line)
    ? []
    : [`the field ${JSON.stringify(line)}`];
