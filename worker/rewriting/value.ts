// A value in a site file for a header field or a parameter, with facts of the request in it. Client text can end
// neither the value nor an element, a parameter or a quoted string within it.
import type { SiteSecrets } from "../../shared/secrets/site-secrets.ts";
import { type Fact, type ValuePart, valueParts } from "../../shared/site/placeholders.ts";
import type { Asked } from "../message.ts";
import { encodeOutside } from "../routing/canonical-target.ts";
import type { Captures } from "../routing/path-table.ts";

/** A constant, or parts that are filled in for each request. */
export type Value = string | readonly Part[];

type Part =
  | Extract<ValuePart, { readonly kind: "text" | "secret" }>
  | (Extract<ValuePart, { readonly kind: "fact" | "capture" }> & {
      /** After a `?`, where `&` would start a parameter of the client's choice. The query itself may have several. */
      readonly inQuery: boolean;
    });

/** What is known of a request when a value is filled in. */
export interface Known {
  readonly asked: Asked;
  readonly captures: Captures;
  readonly requestId: string;
  readonly secrets: SiteSecrets;
}

const NONE: ReadonlySet<string> = new Set();

/** `captures` are those of the route; a site's own values have none. */
export function compileValue(value: string, captures: ReadonlySet<string> = NONE): Value {
  const parts: Part[] = [];
  let inQuery = false;
  for (const part of valueParts(value, captures)) {
    switch (part.kind) {
      case "fact":
        parts.push({ ...part, inQuery: inQuery && part.fact !== "query" });
        break;
      case "capture":
        parts.push({ ...part, inQuery });
        break;
      case "secret":
        parts.push(part);
        break;
      case "unknown": // rejected by the check of the file
        parts.push({ kind: "text", text: part.written });
        break;
      case "text":
      case "word":
        inQuery ||= part.text.includes("?");
        parts.push({ kind: "text", text: part.text });
    }
  }
  return parts.every((part) => part.kind === "text") ? parts.map(({ text }) => text).join("") : parts;
}

/** The facts that a value uses. */
export function factsIn(value: Value): Fact[] {
  return typeof value === "string" ? [] : value.flatMap((part) => (part.kind === "fact" ? [part.fact] : []));
}

export const hasSecret = (value: Value): boolean =>
  typeof value !== "string" && value.some(({ kind }) => kind === "secret");

/** As a field value; undefined if it uses a fact that is not known. */
export const fillField = (value: Value, known: Known): string | undefined => fill(value, known, AS_FIELD);

/** As a parameter value, percent-encoded; undefined if it uses a fact that is not known. */
export const fillParameter = (value: Value, known: Known): string | undefined =>
  fill(value, known, AS_PARAMETER);

type FromRequest = Exclude<Part, { readonly kind: "text" | "secret" }>;

interface Spelling {
  readonly use: "field" | "parameter";
  literal(text: string): string;
  fromRequest(text: string, part: FromRequest): string;
}

const AS_FIELD: Spelling = { use: "field", literal: (text) => text, fromRequest: asFieldText };

const AS_PARAMETER: Spelling = {
  use: "parameter",
  literal: (text) => encodeURIComponent(text.toWellFormed()),
  fromRequest: asParameterText,
};

function fill(value: Value, known: Known, spelling: Spelling): string | undefined {
  if (typeof value === "string") return spelling.literal(value);
  let filled = "";
  for (const part of value) {
    const text = spelt(part, known, spelling);
    if (text === undefined) return undefined;
    filled += text;
  }
  return filled;
}

function spelt(part: Part, known: Known, { use, literal, fromRequest }: Spelling): string | undefined {
  switch (part.kind) {
    case "text":
      return literal(part.text);
    case "secret":
      return known.secrets(part.name, use);
    case "fact":
    case "capture": {
      const text = part.kind === "fact" ? factOf(part.fact, known) : known.captures[part.name];
      return text === undefined ? undefined : fromRequest(text, part);
    }
  }
}

function factOf(fact: Fact, { asked, requestId }: Known): string | undefined {
  switch (fact) {
    case "client.ip":
      return asked.client.ip;
    case "client.country":
      return asked.client.country;
    case "host":
      return asked.authority;
    case "scheme":
      return asked.scheme;
    case "method":
      return asked.method;
    case "path":
      return asked.path;
    case "query":
      return asked.query;
    case "request.id":
      return requestId;
  }
}

/**
 * What would end an element, a parameter or a quoted string of a field (RFC 9110 §5.6), and what no field may contain.
 */
const ENDS_SOMETHING = /[^\x21-\x7e]|[,;"\\]/gu;
const ENDS_A_PARAMETER = /[^\x21-\x7e]|[,;"\\&=+#]/gu;

function asFieldText(text: string, part: FromRequest): string {
  return encodeOutside(part.inQuery ? ENDS_A_PARAMETER : ENDS_SOMETHING, text);
}

/** Text from a path is percent-encoded already: decoding it once, as for a form, gives the meaning of the path. */
function asParameterText(text: string, part: FromRequest): string {
  const isOfPath = part.kind === "capture" || part.fact === "path";
  return isOfPath ? encodeOutside(/[^A-Za-z0-9._~%-]/gu, text) : encodeURIComponent(text.toWellFormed());
}
