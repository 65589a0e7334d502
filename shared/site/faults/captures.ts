// Does a route use a part of the path that not all of its patterns capture? It would silently be empty. Does a value
// use an unknown name? It would be sent literally.
import { placeOf } from "../action-schema.ts";
import { didYouMean } from "../did-you-mean.ts";
import { capturesOf } from "../path-pattern.ts";
import { FACTS, placeholdersIn, valueParts } from "../placeholders.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site, SiteRoute } from "../schema.ts";

type Keys = readonly PropertyKey[];

/** The patterns of a route, and what each captures. */
interface Place {
  readonly keys: Keys;
  readonly patterns: readonly Pattern[];
}

interface Pattern {
  readonly text: string;
  readonly captures: readonly string[];
}

export function captureFaults(site: Site): Problem[] {
  return [
    ...inEdits(site.headers, { keys: ["headers"], patterns: [] }),
    ...inSecurity(site.security, ["security"]),
    ...Object.entries(site.pools).flatMap(([id, { sorry }]) =>
      typeof sorry === "object" && "respond" in sorry
        ? inValues(sorry.respond.headers, {
            keys: ["pools", id, "sorry", "respond", "headers"],
            patterns: [],
          })
        : [],
    ),
    ...site.routes.flatMap((route, index) => inRoute(route, ["routes", index])),
  ];
}

function inRoute(route: SiteRoute, keys: Keys): Problem[] {
  const patterns = (route.match?.path ?? ["/*"]).map((text) => ({ text, captures: capturesOf(text) }));
  const at = (...more: string[]): Place => ({ keys: [...keys, ...more], patterns });
  const { rewrite, redirect, respond } = route;
  return [
    ...inPath(rewrite?.path, at("rewrite", "path")),
    ...inPrefix(rewrite?.stripPrefix, [...keys, "rewrite", "stripPrefix"]),
    ...inPrefix(rewrite?.addPrefix, [...keys, "rewrite", "addPrefix"]),
    ...inPath(pathOf(redirect?.to), at("redirect", "to")),
    ...inValues(rewrite?.query?.set, at("rewrite", "query", "set")),
    ...inValues(respond?.headers, at("respond", "headers")),
    ...inEdits(route.headers, at("headers")),
    ...inSecurity(route.security, [...keys, "security"]),
  ];
}

/** In an absolute URL, only the path is filled in. */
const pathOf = (to: string | undefined): string | undefined => to?.slice(placeOf(to).length);

function inPath(template: string | undefined, { keys, patterns }: Place): Problem[] {
  if (template === undefined) return [];
  return [
    ...notFilled(template, keys),
    ...[...new Set(placeholdersIn(template))].flatMap((name) =>
      uncaptured(name, name === "*" ? "*" : `:${name}`, { keys, patterns }),
    ),
  ];
}

function inEdits(edits: Site["headers"], place: Place): Problem[] {
  return (["request", "response"] as const).flatMap((direction) =>
    (["set", "add"] as const).flatMap((doing) =>
      inValues(edits?.[direction]?.[doing], { ...place, keys: [...place.keys, direction, doing] }),
    ),
  );
}

function inValues(
  values: Readonly<Record<string, string>> | undefined,
  { keys, patterns }: Place,
): Problem[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) =>
    inValue(value, { keys: [...keys, name], patterns }),
  );
}

function inValue(value: string, place: Place): Problem[] {
  const captured = new Set(place.patterns.flatMap(({ captures }) => captures));
  const inPart = (part: ReturnType<typeof valueParts>[number]): Problem[] => {
    switch (part.kind) {
      case "text":
      case "fact":
      case "secret":
        return [];
      case "capture":
        return uncaptured(part.name, part.written, place);
      case "word": {
        // This is a port, a time or a part of a structured field, unless it is the whole value or resembles a captured
        // name.
        const meant = didYouMean(part.name, [...captured]);
        return part.text === value || meant !== undefined ? uncaptured(part.name, part.text, place) : [];
      }
      case "unknown":
        return [unknown(part.name, part.written, place.keys, captured)];
    }
  };
  const problems = valueParts(value, captured).flatMap(inPart);
  return problems.filter(
    ({ message }, index) => problems.findIndex((one) => one.message === message) === index,
  );
}

function uncaptured(name: string, written: string, { keys, patterns }: Place): Problem[] {
  if (patterns.length === 0)
    return [
      problemAt(keys, `uses \`${written}\`, a part of the path, which only the values of a route can use`),
    ];
  const without = patterns.find(({ captures }) => !captures.includes(name));
  if (!without) return [];
  const hint = didYouMean(name, without.captures);
  return [problemAt(keys, `uses \`${written}\`, which ${without.text} does not capture`, { hint })];
}

function unknown(name: string, written: string, keys: Keys, captured: ReadonlySet<string>): Problem {
  if (!written.endsWith("}"))
    return problemAt(keys, "has a `${` without its `}`; for a literal `${` write `$${`");
  if (name.startsWith("secret:"))
    return problemAt(keys, `uses \`${written}\`; the name of a secret has capitals, digits and underscores`);
  const known = [...FACTS, ...[...captured].map((capture) => `path.${capture}`)];
  const meant = captured.has(name) ? `did you mean \`path.${name}\`?` : didYouMean(name, known);
  return problemAt(keys, `uses \`${written}\`, which does not exist`, {
    hint: meant ?? `there are: ${known.join(", ")}; for a literal \`\${\` write \`$$\{\``,
  });
}

function inSecurity(security: SiteRoute["security"], keys: Keys): Problem[] {
  if (security === undefined || typeof security === "string") return [];
  return Object.entries(security.headers).flatMap(([name, header]) => {
    const value = typeof header === "string" ? header : header.value;
    return /\$\{/.test(value)
      ? [
          problemAt(
            [...keys, "headers", name],
            "has a `${`; nothing is filled in here, only in `headers.response`",
          ),
        ]
      : [];
  });
}

/** A prefix is taken literally: `/:tenant` in it would reach the origin like this. */
function inPrefix(prefix: string | undefined, keys: Keys): Problem[] {
  if (prefix === undefined) return [];
  const written = /\/(:[A-Za-z_]\w*|\*)(?=\/|$)/.exec(prefix)?.[1];
  if (written === undefined) return notFilled(prefix, keys);
  const spelt = written.replace(":", "%3A").replace("*", "%2A");
  const message = `has \`${written}\`, but nothing is filled in here; write the whole path in \`rewrite.path\`, or \`${spelt}\` for the literal characters`;
  return [problemAt(keys, message)];
}

function notFilled(path: string, keys: Keys): Problem[] {
  return /\$\{/.test(path)
    ? [problemAt(keys, "has a `${`; in a path, only `:name` and `*` stand for what was captured")]
    : [];
}
