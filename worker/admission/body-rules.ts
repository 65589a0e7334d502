// Is the body of a request one that the route takes: by its declared length, and by its media type? A body whose length is not
// declared is counted on its way (bodies/limited-body.ts).
import { compileGlob } from "../../shared/glob.ts";
import type { Site, SiteRoute } from "../../shared/site/schema.ts";
import type { Asked } from "../message.ts";
import { framingOf } from "../rewriting/framing.ts";
import { fieldValues } from "../routing/spellings.ts";
import { PASS, type Rule } from "./admission.ts";

export function bodyRules(site: Site, route?: SiteRoute): Rule[] {
  const types = route?.body?.types ?? site.body?.types;
  const max = maxBodyOf(site, route);
  return [...(types ? [typeIsIn(types)] : []), ...(max === null ? [] : [declaredIsWithin(max)])];
}

/** In bytes; null for no limit. */
export function maxBodyOf(site: Site, route?: SiteRoute): number | null {
  const max = route?.body?.max ?? site.body?.max;
  return max === undefined || max === "off" ? null : max;
}

function declaredIsWithin(maxBytes: number): Rule {
  const refused = { kind: "refused", refusal: { reason: "body-too-large", maxBytes } } as const;
  return {
    name: "body.max",
    wants: `at most ${maxBytes} bytes`,
    judge: ({ headers }) => {
      const framing = framingOf(headers);
      return framing.kind === "length" && framing.bytes > maxBytes ? refused : PASS;
    },
  };
}

/** RFC 9110 §15.5.16. */
function typeIsIn(types: readonly string[]): Rule {
  const matchers = types.map((type) => compileGlob(type));
  const refused = { kind: "refused", refusal: { reason: "content-type-refused" } } as const;
  // An origin may take the type from either spelling. No type is refused too: it would guess.
  const isTaken = (value: string): boolean => {
    const type = mediaTypeOf(value);
    return type !== undefined && matchers.some((matches) => matches(type));
  };
  return {
    name: "body.types",
    wants: types.join(" or "),
    judge: (asked) => {
      if (!hasBody(asked)) return PASS;
      const values = fieldValues(asked.headers, "content-type");
      return values.length > 0 && values.every(isTaken) ? PASS : refused;
    },
  };
}

function hasBody({ headers, hasUntoldBody }: Asked): boolean {
  const framing = framingOf(headers);
  if (framing.kind === "untold") return hasUntoldBody === true;
  return framing.kind !== "length" || framing.bytes > 0;
}

const MAX_TYPE_LENGTH = 1_000;
const TYPE = /^[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*(?:;|$)/;

/**
 * In lower case; undefined if there is not exactly one. The lines of a field arrive joined by commas: of two types, one origin takes the
 * first and another the last. A comma in a quoted parameter separates nothing.
 */
function mediaTypeOf(value: string): string | undefined {
  if (value.length > MAX_TYPE_LENGTH) return undefined;
  const [, type] = TYPE.exec(value) ?? [];
  const parameters = value.slice(value.indexOf(";") + 1).replace(/"(?:[^"\\]|\\.)*"/g, "");
  return /[,"]/.test(parameters) ? undefined : type?.toLowerCase();
}
