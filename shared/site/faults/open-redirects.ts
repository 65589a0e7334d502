// Does a Location or Refresh field begin with text from a client? Then a link to this site could lead to another one:
// `${path.*}` may be `https:/evil.example`, and `/${query}` may be `//evil.example`. A `redirect` is safe by itself.
import { capturesOf } from "../path-pattern.ts";
import { valueParts } from "../placeholders.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site, SiteRoute } from "../schema.ts";

type Keys = readonly PropertyKey[];
type Values = Readonly<Record<string, string>> | undefined;

interface Around {
  readonly captures: ReadonlySet<string>;
  readonly mergesSlashes: boolean;
}

export function openRedirects(site: Site): Problem[] {
  const around = (captures: readonly string[]): Around => ({
    captures: new Set(captures),
    mergesSlashes: site.mergeSlashes,
  });
  return [
    ...inEdits(site.headers, ["headers"], around([])),
    ...site.routes.flatMap(({ match, headers, respond }, index) => {
      const keys = ["routes", index];
      const ofRoute = around((match?.path ?? []).flatMap(capturesOf));
      return [
        ...inValues(respond?.headers, [...keys, "respond", "headers"], ofRoute),
        ...inEdits(headers, [...keys, "headers"], ofRoute),
      ];
    }),
  ];
}

const inEdits = (edits: SiteRoute["headers"], keys: Keys, around: Around): Problem[] =>
  (["set", "add"] as const).flatMap((doing) =>
    inValues(edits?.response?.[doing], [...keys, "response", doing], around),
  );

/** `5; url=`, before the target of a Refresh field. */
const DELAY = /[\s\d.]*[;,]?\s*(?:url\s*=)?\s*["']?/i;

function inValues(values: Values, keys: Keys, around: Around): Problem[] {
  return ["location", "refresh"].flatMap((name) => {
    const value = values?.[name];
    if (value === undefined || staysPut(name === "refresh" ? value.replace(DELAY, "") : value, around))
      return [];
    const message =
      "lets the author of the URL choose the host that it leads to; use `redirect`, or put a host or a path before that part";
    return [problemAt([...keys, name], message)];
  });
}

/** A complete host, or the path or query of this site: nothing that follows can change the host. */
const SETTLED = /^(?:https?:\/\/[^/?#\\]+[/?#]|\/[^/\\]|[?#]|[^:/?#\\]+[/?#])/i;
const HOST_ONLY = /^https?:\/\/[^/?#\\]+$/i;

function staysPut(value: string, { captures, mergesSlashes }: Around): boolean {
  let before = "";
  // The runtime removes blanks at the beginning of a field, and browsers remove every tab from a URL.
  for (const part of valueParts(value.replaceAll("\t", "").trimStart(), captures)) {
    if (SETTLED.test(before)) return true;
    if (part.kind === "capture") return before === "/" && (part.name !== "*" || mergesSlashes);
    if (part.kind === "secret")
      before += "x"; // nobody who writes a URL chooses it
    else if (part.kind !== "fact") before += part.kind === "unknown" ? part.written : part.text;
    else if (part.fact === "path")
      return HOST_ONLY.test(before) || (before === "" && mergesSlashes); // it begins with its one slash
    else if (part.fact === "query") return false;
    else before += part.fact === "scheme" ? "http" : "x"; // the edge has parsed this, so it is a single word
  }
  return true;
}
