// Survivors that no test can or should kill, each with its reason. A line is found by its text, wherever it stands.

export interface Explained {
  /** The file's name without its folder. */
  readonly file: string;
  /** The first line of what is changed, without its indentation. */
  readonly line: string;
  readonly change: string;
  readonly reason: string;
}

const INDEPENDENT = "two acts that do not depend on each other";
const MEMORY_LIMIT = "a limit of memory: one more makes no difference that can be told";

const TYPE_GUARD = "it never happens; only the type checker has to be told";
const FASTER = "a shortcut: only slower without it";
const APPROXIMATE = "a limit for a length that is approximate itself";
const NOTHING_BELOW = "no number is below it, whether it can be read or not";
const ONE_KIND = "an arm of another type fails with one issue, and the unions within unions are of one type";

export const EXPLAINED: readonly Explained[] = [
  {
    file: "log-escapes.ts",
    line: "const TO_ESCAPE = /[^ !#-[\\]-~]+/g;",
    change: "/[^ !#-[\\]-~]+/g → /[^ !#-[\\]-~]*/g",
    reason: "it then also replaces nothing by nothing",
  },
  {
    file: "log-record.ts",
    line: "const isoSecond = remember(100, (second) => new Date(Number(second) * 1_000).toISOString().slice(0, 19));",
    change: "100 → 101",
    reason: MEMORY_LIMIT,
  },
  {
    file: "objections.ts",
    line: 'return method === "OPTIONS" && /^0+$/.test(headers.get("max-forwards") ?? "");',
    change: 'headers.get("max-forwards") ?? "" → headers.get("max-forwards")',
    reason: "`test` reads null as the text null, which has no digit either",
  },
  {
    file: "objections.ts",
    line: 'return method === "OPTIONS" && /^0+$/.test(headers.get("max-forwards") ?? "");',
    change: '"" → "mutated"',
    reason: "any text without digits does",
  },
  {
    file: "choose.ts",
    line: "if (health.size === 0) return pool.tiers;",
    change: "health.size === 0 → false",
    reason: "only speed differs: without failures the groups are the tiers",
  },
  {
    file: "retry.ts",
    line: 'case "request-body-broken":',
    change: '"request-body-broken" → ""',
    reason: "the end of the function gives undefined as well",
  },
  {
    file: "address-set.ts",
    line: "const ALL_BITS = 128;",
    change: "128 → 129",
    reason: "the library compares no more bits than an address has",
  },
  {
    file: "address.ts",
    line: "const bracketed = /^\\[([^\\]]*)\\](?::(?:\\d{1,5}|_[\\w.-]+))?$/.exec(text);",
    change:
      "/^\\[([^\\]]*)\\](?::(?:\\d{1,5}|_[\\w.-]+))?$/ → /^\\[([^\\]]+)\\](?::(?:\\d{1,5}|_[\\w.-]+))?$/",
    reason: "nothing between brackets is no address, with or without them",
  },
  {
    file: "address.ts",
    line: "const withPort = /^([\\d.]+):(?:\\d{1,5}|_[\\w.-]+)$/.exec(text);",
    change: "/^([\\d.]+):(?:\\d{1,5}|_[\\w.-]+)$/ → /^([\\d.]*):(?:\\d{1,5}|_[\\w.-]+)$/",
    reason: "nothing before the colon is no address",
  },
  {
    file: "hosts.ts",
    line: 'const [, name = "", digits = ""] = /^(\\[[^\\]]*\\]|[^:]*)(?::(\\d*))?$/s.exec(text.toLowerCase()) ?? [];',
    change: "/^(\\[[^\\]]*\\]|[^:]*)(?::(\\d*))?$/s → /^(\\[[^\\]]+\\]|[^:]*)(?::(\\d*))?$/s",
    reason: "an empty name is refused in either part of the expression",
  },
  {
    file: "hosts.ts",
    line: 'const [, name = "", digits = ""] = /^(\\[[^\\]]*\\]|[^:]*)(?::(\\d*))?$/s.exec(text.toLowerCase()) ?? [];',
    change: "/^(\\[[^\\]]*\\]|[^:]*)(?::(\\d*))?$/s → /^(\\[[^\\]]*\\]|[^:]+)(?::(\\d*))?$/s",
    reason: "an empty name is refused in either part of the expression",
  },
  {
    file: "hosts.ts",
    line: 'export const withoutPort = (authority: string): string => authority.replace(/:\\d+$/, "");',
    change: "/:\\d+$/ → /:\\d*$/",
    reason: "no authority ends in a colon",
  },
  {
    file: "canonical-target.ts",
    line: "const PLAIN = /^(?:\\/(?!\\.\\.?(?:[/;]|$))|[A-Za-z0-9._~!$&'()*+,;=:@-])*$/;",
    change:
      "/^(?:\\/(?!\\.\\.?(?:[/;]|$))|[A-Za-z0-9._~!$&'()*+,;=:@-])*$/ → /^(?:\\/(?!\\.\\.?(?:[/;]|))|[A-Za-z0-9._~!$&'()*+,;=:@-])*$/",
    reason: "only speed differs: more paths go the long way, with the same result",
  },
  {
    file: "canonical-target.ts",
    line: "const PLAIN = /^(?:\\/(?!\\.\\.?(?:[/;]|$))|[A-Za-z0-9._~!$&'()*+,;=:@-])*$/;",
    change:
      "/^(?:\\/(?!\\.\\.?(?:[/;]|$))|[A-Za-z0-9._~!$&'()*+,;=:@-])*$/ → /^(?:\\/(?!\\.\\.?(?:[/;]|$))|[A-Za-z0-9._~!$&'()*+,;=:@-])+$/",
    reason: "only speed differs: an empty path goes the long way, with the same result",
  },
  {
    file: "canonical-target.ts",
    line: "if (PLAIN.test(raw)) return ok({ path: raw, oddities: NONE });",
    change: "PLAIN.test(raw) → false",
    reason: "only speed differs: a plain path goes the long way, with the same result",
  },
  {
    file: "compile-whole.ts",
    line: "for (const compileRoute of compiled.routes) {",
    change:
      "for (const compileRoute of compiled.routes) { for (const path of pathsNear(compileRoute().patterns)) compiled.paths.takes(path); } ⇄ for (const { match } of site.routes) nestedPatterns(match).forEach(compilePattern);",
    reason: "both loops only throw, and what is told of a fault is found by other code",
  },
  {
    file: "compile-whole.ts",
    line: '() => compilePool("", id, { ...pool, origins: [origin] }),',
    change: '"" → "mutated"',
    reason: "whose pool it is does not matter where only its compiling is tried",
  },
  {
    file: "compile-whole.ts",
    line: 'const NOWHERE = { site: "", answeredBy: "", targetsDiffer: false };',
    change: '"" → "mutated"',
    reason: "whose entries they are does not matter where only compiling is tried",
  },
  {
    file: "compile-whole.ts",
    line: 'const NOWHERE = { site: "", answeredBy: "", targetsDiffer: false };',
    change: "false → true",
    reason: "whose entries they are does not matter where only compiling is tried",
  },
  {
    file: "cookies.ts",
    line: 'return field.includes(", ") && !isUnreadable(field)',
    change: 'field.includes(", ") && !isUnreadable(field) → (!isUnreadable(field))',
    reason: "only speed differs: without a comma nothing is found to replace",
  },
  {
    file: "cookies.ts",
    line: 'return field.includes(", ") && !isUnreadable(field)',
    change: '", " → ""',
    reason: "only speed differs: without a comma nothing is found to replace",
  },
  {
    file: "cookies.ts",
    line: "known.add(text);",
    change: "known.add(text); ⇄ pairs.push(pair);",
    reason: "neither depends on the other",
  },
  {
    file: "cookies.ts",
    line: "for (let at = open + 1; at < field.length; at++) {",
    change: "at < field.length → at <= field.length",
    reason: "there is no character after the last",
  },
  {
    file: "cookies.ts",
    line: 'return /[%+.[ ]/.test(name) ? usualParameter(decoded(name.replaceAll("+", " "))) : name;',
    change:
      '/[%+.[ ]/.test(name) ? usualParameter(decoded(name.replaceAll("+", " "))) : name → usualParameter(decoded(name.replaceAll("+", " ")))',
    reason: "only speed differs: a plain name comes out as it is",
  },
  {
    file: "cookies.ts",
    line: "return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {",
    change: "/(?:%[0-9a-f]{2})+/gi → /(?:%[0-9a-f]{2})*/gi",
    reason: "an empty text decodes to an empty text",
  },
  {
    file: "spellings.ts",
    line: 'if (!usual.includes("-")) return values;',
    change: '!usual.includes("-") → false',
    reason: "only speed differs: a name without - has no other spelling to be found",
  },
  {
    file: "spellings.ts",
    line: 'if (!usual.includes("-")) return values;',
    change: '"-" → ""',
    reason: "only speed differs: a name without - has no other spelling to be found",
  },
  {
    file: "forwarding-claims.ts",
    line: "for (let at = 0; at < text.length; at++) {",
    change: "at < text.length → at <= text.length",
    reason: "there is no character after the last",
  },
  {
    file: "hosts.ts",
    line: "const IPV4 = /^(?:\\d+\\.){3}\\d+$/;",
    change: "/^(?:\\d+\\.){3}\\d+$/ → /^(?:\\d*\\.){3}\\d+$/",
    reason: "no host has an empty label",
  },
  {
    file: "hosts.ts",
    line: "const IPV4 = /^(?:\\d+\\.){3}\\d+$/;",
    change: "/^(?:\\d+\\.){3}\\d+$/ → /^(?:\\d+\\.){3}\\d*$/",
    reason: "no host has an empty label",
  },
  {
    file: "spellings.ts",
    line: "if (!ODD.test(name)) return name;",
    change: "!ODD.test(name) → false",
    reason: "only speed differs: a plain name comes out as it is",
  },
  {
    file: "spellings.ts",
    line: 'if (!query.includes(";")) return parameters;',
    change: '!query.includes(";") → false',
    reason: "only speed differs: without a semicolon both readings are the same",
  },
  {
    file: "spellings.ts",
    line: 'if (!query.includes(";")) return parameters;',
    change: '";" → ""',
    reason: "only speed differs: without a semicolon both readings are the same",
  },
  {
    file: "path-table.ts",
    line: 'if (pattern === "/*") everywhere.push({ order, value, shape: EVERY_PATH });',
    change: 'pattern === "/*" → false',
    reason: "only speed differs: the tree finds such a pattern too",
  },
  {
    file: "path-table.ts",
    line: 'if (pattern === "/*") everywhere.push({ order, value, shape: EVERY_PATH });',
    change: '"/*" → ""',
    reason: "only speed differs: the tree finds such a pattern too",
  },
  {
    file: "path-table.ts",
    line: "groups.delete(first);",
    change: "groups.delete(first); → (nothing)",
    reason: "only speed differs: the tree would be built for each path",
  },
  {
    file: "path-table.ts",
    line: "return /^[^:*{]*$/.test(first) ? literalAsCompared(first) : undefined;",
    change: "/^[^:*{]*$/ → /^[^:*{]+$/",
    reason: "only speed differs: an empty first segment may be looked for in the other tree",
  },
  {
    file: "path-table.ts",
    line: "head.next++;",
    change:
      "head.next++; ⇄ yield { value: entry.value, captures: () => capture(head.reading.wire, entry.shape) };",
    reason: "whoever reads the match cannot see the position",
  },
  {
    file: "path-table.ts",
    line: 'if (segment.kind === "parameter") captures[segment.name] = parts[index + 1] ?? "";',
    change: 'parts[index + 1] ?? "" → parts[index + 1]',
    reason: "for the type: both spellings of a path have as many segments",
  },
  {
    file: "path-table.ts",
    line: 'if (segment.kind === "parameter") captures[segment.name] = parts[index + 1] ?? "";',
    change: '"" → "mutated"',
    reason: "for the type: both spellings of a path have as many segments",
  },
  {
    file: "spellings.ts",
    line: "if (!/[%+]/.test(raw)) return raw;",
    change: "!/[%+]/.test(raw) → false",
    reason: "only speed differs: a plain name comes out as it is",
  },
  {
    file: "spellings.ts",
    line: 'return raw.replaceAll("+", " ").replace(/(?:%[0-9A-Fa-f]{2})+/g, decoded);',
    change: "/(?:%[0-9A-Fa-f]{2})+/g → /(?:%[0-9A-Fa-f]{2})*/g",
    reason: "an empty text decodes to an empty text",
  },
  {
    file: "read-request.ts",
    line: "const agrees = host === target.authority || readAuthority(host, target.scheme) !== undefined;",
    change:
      "host === target.authority || readAuthority(host, target.scheme) !== undefined → (readAuthority(host, target.scheme) !== undefined)",
    reason: "only speed differs: what the URL says is read anyway, and refused if it is no authority",
  },
  {
    file: "read-request.ts",
    line: "/^(https?):\\/\\/([^/?#]*)([^?#]*)(?:\\?([^#]*))?/s.exec(url) ?? [];",
    change:
      "/^(https?):\\/\\/([^/?#]*)([^?#]*)(?:\\?([^#]*))?/s → /^(https?):\\/\\/([^/?#]+)([^?#]*)(?:\\?([^#]*))?/s",
    reason: "without an authority the URL is refused either way",
  },
  {
    file: "site-shelf.ts",
    line: "if (since !== undefined && now - since < READING_LOST_AFTER_MS) return false;",
    change:
      "since !== undefined && now - since < READING_LOST_AFTER_MS → (now - since < READING_LOST_AFTER_MS)",
    reason: "no number is less than undefined, so the comparison says the same",
  },
  {
    file: "canonical-target.ts",
    line: "return NO_QUERY_CHARACTER.test(raw) ? encodeOutside(ALL_OF_THEM, raw) : raw;",
    change:
      "NO_QUERY_CHARACTER.test(raw) ? encodeOutside(ALL_OF_THEM, raw) : raw → encodeOutside(ALL_OF_THEM, raw)",
    reason: "only speed differs: in a plain query nothing is found to replace",
  },
  {
    file: "cookies.ts",
    line: 'const DOUBTFUL = /[,"]|[^;\\s]\\s+[^;\\s]/;',
    change: '/[,"]|[^;\\s]\\s+[^;\\s]/ → /[,"]|[^;\\s]\\s*[^;\\s]/',
    reason: "only speed differs: more fields are read in every way, with the same result",
  },
  {
    file: "cookies.ts",
    line: "if (DOUBTFUL.test(field)) addReadings(pairs, field);",
    change: "DOUBTFUL.test(field) → true",
    reason: "only speed differs: more fields are read in every way, with the same result",
  },
  {
    file: "cookies.ts",
    line: 'const commas = field.includes(",") ? "withCommas" : "withoutCommas";',
    change: 'field.includes(",") ? "withCommas" : "withoutCommas" → "withCommas"',
    reason: "only speed differs: without a comma both ways of reading are the same",
  },
  {
    file: "cookies.ts",
    line: 'const commas = field.includes(",") ? "withCommas" : "withoutCommas";',
    change: '"," → ""',
    reason: "only speed differs: without a comma both ways of reading are the same",
  },
  {
    file: "cookies.ts",
    line: 'if (searched === field) return field.split(ends).filter((piece) => piece !== "");',
    change: "searched === field → false",
    reason: "only speed differs: the loop splits a text that hides nothing just as well",
  },
  {
    file: "entry.ts",
    line: "return field !== undefined && /^\\d{1,15}$/.test(field) ? Number(field) : undefined;",
    change: "field !== undefined && /^\\d{1,15}$/.test(field) → /^\\d{1,15}$/.test(field)",
    reason: 'The type asks for the check: the expression does not match "undefined".',
  },
  {
    file: "age.ts",
    line: "const seconds = age?.match(/^(\\d+)\\s*(?:,|$)/)?.[1] ?? 0;",
    change: "/^(\\d+)\\s*(?:,|$)/ → /^(\\d*)\\s*(?:,|$)/",
    reason: "An empty number is 0, and so is an Age that cannot be read.",
  },
  {
    file: "directives.ts",
    line: 'const WELL_QUOTED = /^[^"]*(?:(?<==)"(?:[^"\\\\]|\\\\.)*"[ \\t]*(?:,[^"]*)?)*$/;',
    change:
      '/^[^"]*(?:(?<==)"(?:[^"\\\\]|\\\\.)*"[ \\t]*(?:,[^"]*)?)*$/ → /^[^"]+(?:(?<==)"(?:[^"\\\\]|\\\\.)*"[ \\t]*(?:,[^"]*)?)*$/',
    reason: "The first quote stands behind an equals sign in either case.",
  },
  {
    file: "directives.ts",
    line: 'const WELL_QUOTED = /^[^"]*(?:(?<==)"(?:[^"\\\\]|\\\\.)*"[ \\t]*(?:,[^"]*)?)*$/;',
    change:
      '/^[^"]*(?:(?<==)"(?:[^"\\\\]|\\\\.)*"[ \\t]*(?:,[^"]*)?)*$/ → /^[^"]*(?:(?<==)"(?:[^"\\\\]|\\\\.)*"[ \\t]*(?:,[^"]*)?)+$/',
    reason: "A field without a quote does not come here.",
  },
  {
    file: "directives.ts",
    line: 'const MEMBERS = /(?:[^,"]|"(?:[^"\\\\]|\\\\.)*")+/g;',
    change: '/(?:[^,"]|"(?:[^"\\\\]|\\\\.)*")+/g → /(?:[^,"]|"(?:[^"\\\\]|\\\\.)*")*/g',
    reason: "The empty matches between two members name no directive.",
  },
  {
    file: "directives.ts",
    line: "const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;",
    change: "/^[!#$%&'*+.^_`|~0-9a-z-]+$/ → /^[!#$%&'*+.^_`|~0-9a-z-]*$/",
    reason: "Empty names are left out before.",
  },
  {
    file: "directives.ts",
    line: 'if (!field.includes(\'"\')) return field.split(",");',
    change: "!field.includes('\"') → false",
    reason: "Only speed: the expression splits a field without quotes in the same way.",
  },
  {
    file: "directives.ts",
    line: 'if (!field.includes(\'"\')) return field.split(",");',
    change: '\'"\' → ""',
    reason: "Only speed: the expression splits a field without quotes in the same way.",
  },
  {
    file: "directives.ts",
    line: "return WELL_QUOTED.test(field) ? (field.match(MEMBERS) ?? []) : [field];",
    change: "field.match(MEMBERS) ?? [] → field.match(MEMBERS)",
    reason: "A field whose quotes are in order has a member; the type does not know.",
  },
  {
    file: "for-client.ts",
    line: "if (/^[\\w.+-]+$/.test(value) && !LIMITS.has(name)) return [`${name}=${value}`];",
    change: "/^[\\w.+-]+$/ → /^[\\w.+-]*$/",
    reason: "An empty value has been dealt with in the line before.",
  },
  {
    file: "http-date.ts",
    line: "if (text === null) return undefined;",
    change: "text === null → false",
    reason: 'The type asks for the check: no expression matches "null".',
  },
  {
    file: "invalidation.ts",
    line: "const loneMark = /^[^?#]*\\?(?:#|$)/.test(url.href); // `search` is empty with it and without",
    change: "/^[^?#]*\\?(?:#|$)/ → /^[^?#]+\\?(?:#|$)/",
    reason: "An absolute URL begins with its scheme.",
  },
  {
    file: "invalidation.ts",
    line: 'if (action.kind === "proxy" && action.cache) keys.add(cacheKey(url, action.cache));',
    change: 'action.kind === "proxy" && action.cache → action.cache',
    reason: "No other kind of action has cache rules; the type asks for the check.",
  },
  {
    file: "key.ts",
    line: 'const afterSite = key.indexOf("#") + 1;',
    change: "1 → 2",
    reason: "What follows the mark is never another mark: a host, a scheme or a path.",
  },
  {
    file: "key.ts",
    line: 'if (key.startsWith("#@", end)) end = key.indexOf("#", end + 1);',
    change: "1 → 2",
    reason: "What follows the mark is the @ that was just found.",
  },
  {
    file: "key.ts",
    line: "return [...named.keys()].sort().flatMap((name) => named.get(name) ?? []);",
    change: "named.get(name) ?? [] → named.get(name)",
    reason: "The names are those of the groups; the type does not know.",
  },
  {
    file: "key.ts",
    line: "return lower === name ? [name] : [name, usual, lower];",
    change: "lower === name ? [name] : [name, usual, lower] → [name, usual, lower]",
    reason: "Only speed: in this case the three spellings are one.",
  },
  {
    file: "normalise.ts",
    line: "const CHARACTERS = 16_384;",
    change: "16_384 → 16385",
    reason: "Only memory: any bound will do.",
  },
  {
    file: "normalise.ts",
    line: 'return standingInFor(value, accepted) || (accepted.get("*") ?? 0);',
    change: 'accepted.get("*") ?? 0 → accepted.get("*")',
    reason: "Neither undefined nor 0 is greater than another weight; the type asks for a number.",
  },
  {
    file: "normalise.ts",
    line: 'return subtags.slice(1).map((_subtag, at) => subtags.slice(0, -1 - at).join("-"));',
    change: "subtags.slice(1) → subtags",
    reason: "One more range, the empty one, which no field names.",
  },
  {
    file: "parts.ts",
    line: "if (!isPart(received) || !isPart(there)) {",
    change: "!isPart(received) || !isPart(there) → (!isPart(there))",
    reason: "Only parts are asked about; the type asks for the check.",
  },
  {
    file: "validators.ts",
    line: "if (since === undefined) return false;",
    change: "since === undefined → false",
    reason: "The type asks for the check: nothing is earlier than undefined.",
  },
  {
    file: "selectors.ts",
    line: 'link !== null && URL.parse(link, "http://elsewhere.invalid")?.hostname === host;',
    change:
      'link !== null && URL.parse(link, "http://elsewhere.invalid")?.hostname === host → (URL.parse(link, "http://elsewhere.invalid")?.hostname === host)',
    reason: 'The type asks for the check: "null" is a path on the other host.',
  },
  {
    file: "selectors.ts",
    line: "[...setCookie.toLowerCase().matchAll(/;\\s*domain\\s*=\\s*\\.?([^;\\s]*)/g)].map(([, domain]) => domain);",
    change: "/;\\s*domain\\s*=\\s*\\.?([^;\\s]*)/g → /;\\s*domain\\s*=\\s*\\.?([^;\\s]+)/g",
    reason: "No host is empty.",
  },
  {
    file: "selectors.ts",
    line: 'const agent = fieldAsSent(request, "user-agent") ?? ABSENT;',
    change: 'fieldAsSent(request, "user-agent") ?? ABSENT → fieldAsSent(request, "user-agent")',
    reason: "The type asks for a text: the expressions match neither.",
  },
  {
    file: "slices.ts",
    line: 'const date = parseHttpDate(headers.get("date"), THIS_CENTURY) ?? Number.NEGATIVE_INFINITY;',
    change:
      'parseHttpDate(headers.get("date"), THIS_CENTURY) ?? Number.NEGATIVE_INFINITY → parseHttpDate(headers.get("date"), THIS_CENTURY)',
    reason: "The type asks for a number: nothing is earlier than undefined either.",
  },
  {
    file: "slices.ts",
    line: "return modified !== null && isStrongDate(modified, date) ? { validator: modified, complete } : undefined;",
    change: "modified !== null && isStrongDate(modified, date) → isStrongDate(modified, date)",
    reason: "The type asks for the check: what is absent is no date.",
  },
  {
    file: "slices.ts",
    line: "const THIS_CENTURY = Date.UTC(2050, 0);",
    change: "2050 → 2051",
    reason: "Any time in the middle of the century will do.",
  },
  {
    file: "slices.ts",
    line: "const THIS_CENTURY = Date.UTC(2050, 0);",
    change: "0 → 1",
    reason: "Any time in the middle of the century will do.",
  },
  {
    file: "slices.ts",
    line: "contentLocationIsTarget: false,",
    change: "false → true",
    reason: "It counts for a POST only.",
  },
  {
    file: "slices.ts",
    line: "if (!entry.part || !isManifest(entry)) return undefined;",
    change: "!entry.part || !isManifest(entry) → (!isManifest(entry))",
    reason: "A manifest has a part; the type does not know.",
  },
  {
    file: "storable.ts",
    line: "const extension = /\\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();",
    change: "/\\.([a-z0-9]+)$/i → /\\.([a-z0-9]*)$/i",
    reason: "The empty extension is not in the list.",
  },
  {
    file: "stored-reply.ts",
    line: 'case "not-held":',
    change: '"not-held" → ""',
    reason: "The switch gives undefined at its end too.",
  },
  {
    file: "stored-reply.ts",
    line: "const bytes = body instanceof Uint8Array ? body : new Uint8Array();",
    change: "body instanceof Uint8Array ? body : new Uint8Array() → body",
    reason: "Several ranges are selected from bytes only; the type does not know.",
  },
  {
    file: "supersede.ts",
    line: 'return judge(held, now).kind !== "revalidate" || mayStandIn(held, "disconnected", now);',
    change: '"disconnected" → ""',
    reason: 'Whatever is not "error" stands for the other trouble.',
  },
  {
    file: "targeted.ts",
    line: "if (forbidden.length === 0) return directives;",
    change: "forbidden.length === 0 → false",
    reason: "Only speed: the copy is equal.",
  },
  {
    file: "terms.ts",
    line: "if (rules.ttlMs !== undefined && status < 400 && isHeuristicallyCacheable(status)) {",
    change: "status < 400 → status <= 400",
    reason: "A 400 has no lifetime by default.",
  },
  {
    file: "terms.ts",
    line: "if (rules.ttlMs !== undefined && status < 400 && isHeuristicallyCacheable(status)) {",
    change: "400 → 401",
    reason: "A 400 has no lifetime by default.",
  },
  {
    file: "terms.ts",
    line: "if (rules.defaultTtlMs !== undefined && (byDefault || status < 400) && !isOfOneRequest(status)) {",
    change: "status < 400 → status <= 400",
    reason: "A 400 is about one request.",
  },
  {
    file: "terms.ts",
    line: "if (rules.defaultTtlMs !== undefined && (byDefault || status < 400) && !isOfOneRequest(status)) {",
    change: "400 → 401",
    reason: "A 400 is about one request.",
  },
  {
    file: "validators.ts",
    line: "return modified !== undefined && modified + 1_000 <= date;",
    change: "modified !== undefined && modified + 1_000 <= date → (modified + 1_000 <= date)",
    reason: "The type asks for the check: nothing is earlier than undefined.",
  },
  {
    file: "variants.ts",
    line: "if (!values.has(name)) values.set(name, selectorNamed(name, rules)?.valueFor(request));",
    change: "!values.has(name) → true",
    reason: "Only speed: the same request has the same value.",
  },
  {
    file: "variants.ts",
    line: "wanted !== undefined &&",
    change: "wanted !== undefined && others.length === 0 → (others.length === 0)",
    reason: "The type asks for the check: no list holds undefined.",
  },
  {
    file: "sieve.ts",
    line: "if (!node) return;",
    change: "!node → false",
    reason: "While something takes room there is a node; the type does not know.",
  },
  {
    file: "address.ts",
    line: "export const ADDRESS_CHARACTERS = 16_384;",
    change: "16_384 → 16385",
    reason: MEMORY_LIMIT,
  },
  {
    file: "remember.ts",
    line: "this.#capacity = capacity;",
    change: "this.#capacity = capacity; ⇄ this.#weightOf = weightOf;",
    reason: INDEPENDENT,
  },
  {
    file: "remember.ts",
    line: "this.#values.set(key, value);",
    change: "this.#values.set(key, value); ⇄ this.#weight += this.#weightOf(value);",
    reason: INDEPENDENT,
  },
  {
    file: "remember.ts",
    line: "this.#values.delete(key);",
    change: "this.#values.delete(key); ⇄ this.#weight -= this.#weightOf(value);",
    reason: INDEPENDENT,
  },
  {
    file: "glob.ts",
    line: "starts.push(from + blanks);",
    change: "starts.push(from + blanks); ⇄ ends.add(from + Math.max(blanks, element.trimEnd().length));",
    reason: INDEPENDENT,
  },
  {
    file: "from-origin.ts",
    line: "if (mapped.every((cookie, index) => cookie === cookies[index])) return;",
    change: "mapped.every((cookie, index) => cookie === cookies[index]) → false",
    reason: "Only speed: the same cookies would be written again.",
  },
  {
    file: "steering-fields.ts",
    line: 'const name = field.includes("_") ? usualSpelling(field) : field;',
    change: 'field.includes("_") ? usualSpelling(field) : field → usualSpelling(field)',
    reason: "Only speed: nothing is replaced.",
  },
  {
    file: "steering-fields.ts",
    line: 'const name = field.includes("_") ? usualSpelling(field) : field;',
    change: '"_" → ""',
    reason: "Only speed: nothing is replaced.",
  },
  {
    file: "to-origin.ts",
    line: "asked.headers.forEach((value, field) => {",
    change:
      'asked.headers.forEach((value, field) => { receivedBytes += field.length + value.length + 4; // ": " and CRLF if (staysHere(field, asked, action.cache) || isOtherSpelling(field, action.requestEdits)) headers.delete(field); else if (field === "content-length") settleLength(headers, framingOf(asked.headers)); }); ⇄ countForward(headers, asked);',
    reason: "They write different fields, so their order cannot be told.",
  },
  {
    file: "to-origin.ts",
    line: "countForward(headers, asked);",
    change: "countForward(headers, asked); ⇄ setForwarded(headers, asked, loopToken);",
    reason: "They write different fields, so their order cannot be told.",
  },
  {
    file: "to-origin.ts",
    line: "setForwarded(headers, asked, loopToken);",
    change: 'setForwarded(headers, asked, loopToken); ⇄ headers.set("x-request-id", requestId);',
    reason: "They write different fields, so their order cannot be told.",
  },
  {
    file: "to-origin.ts",
    line: 'else if (field === "content-length") settleLength(headers, framingOf(asked.headers));',
    change: 'field === "content-length" → true',
    reason: "Only speed: the length is settled once for each field.",
  },
  {
    file: "deliver.ts",
    line: "if (asked && site) {",
    change: "asked && site → site",
    reason: "The type asks for the check: no site is known without a request.",
  },
  {
    file: "deliver.ts",
    line: "const known = { asked, captures: matched?.captures ?? {}, requestId: requestIdOf(visit, asked) };",
    change: "matched?.captures ?? {} → (matched?.captures)",
    reason: "The type asks for it: only the values of a route use captures.",
  },
  {
    file: "deliver.ts",
    line: 'if (asked?.scheme !== "https" && mayTellHsts(outcome, dressing)) headers.delete(HSTS);',
    change: 'asked?.scheme !== "https" && mayTellHsts(outcome, dressing) → (asked?.scheme !== "https")',
    reason: "Only speed: nothing else sets the field.",
  },
  {
    file: "status-fields.ts",
    line: 'case "not-cached":',
    change: '"not-cached" → ""',
    reason: "The end of the function gives undefined too.",
  },
  {
    file: "redirect.ts",
    line: 'const written = to?.match(/^https?:\\/\\/[^/?#]*/)?.[0] ?? "";',
    change: "/^https?:\\/\\/[^/?#]*/ → /^https?:\\/\\/[^/?#]+/",
    reason: "The check of a site file refuses a URL without a host.",
  },
  {
    file: "redirect.ts",
    line: 'return encodeOutside(/[\\0-\\x20\\x7f\\\\]/g, path).replace(/^\\/*/, "/");',
    change: "/^\\/*/ → /\\/*/",
    reason: "An expression that matches nothing at all matches at the start.",
  },
  {
    file: "foresee.ts",
    line: "return { ...known, forward: { ...known, action, ask }, reply: ownReply(200, new Headers(), null) };",
    change: "200 → 201",
    reason: "The status is the origin's, and is not told.",
  },
  {
    file: "stored-explained.ts",
    line: 'const received = { status: stored.status, statusText: "", headers, requestedAt: receivedAt, receivedAt };',
    change: '"" → "mutated"',
    reason: "The phrase of a stored response decides nothing.",
  },
  {
    file: "stored-explained.ts",
    line: 'standsIn("disconnected")',
    change: '"disconnected" → ""',
    reason: "There are two kinds of trouble, and it is not the other.",
  },
  {
    file: "scalars.ts",
    line: 'export const duration = durationWithin({ least: "0s", most: "24855d" });',
    change: '"0s" → ""',
    reason: NOTHING_BELOW,
  },
  {
    file: "scalars.ts",
    line: 'export const size = sizeWithin({ least: "0B", most: "1024GiB" });',
    change: '"0B" → ""',
    reason: NOTHING_BELOW,
  },
  {
    file: "pool-schema.ts",
    line: 'maxBody: sizeWithin({ least: "0B", most: "64MiB" }) // held in the memory of the isolate, which all requests share',
    change: '"0B" → ""',
    reason: NOTHING_BELOW,
  },
  {
    file: "captures.ts",
    line: "if (prefix === undefined) return [];",
    change: "prefix === undefined → false",
    reason: TYPE_GUARD,
  },
  {
    file: "path-patterns.ts",
    line: '(segment) => segment.kind === "literal" && segment.text === "",',
    change: 'segment.kind === "literal" && segment.text === "" → (segment.text === "")',
    reason: TYPE_GUARD,
  },
  {
    file: "document.ts",
    line: 'schema: "core", // whatever a %YAML directive says: `off`, `no` and `on` stay strings',
    change: '"core" → ""',
    reason: "the library takes an empty name for `core`",
  },
  {
    file: "place.ts",
    line: "node = value;",
    change: "node = value; ⇄ offset = startOf(pair.key);",
    reason: INDEPENDENT,
  },
  {
    file: "place.ts",
    line: "const found = isKeys(map) ? pairOf(map.items, key, document) : undefined;",
    change: "isKeys(map) ? pairOf(map.items, key, document) : undefined → pairOf(map.items, key, document)",
    reason: TYPE_GUARD,
  },
  {
    file: "written-out.ts",
    line: 'if (typeof value !== "object" || value === null) return String(value).length + 2;',
    change: "2 → 3",
    reason: APPROXIMATE,
  },
  { file: "written-out.ts", line: "let length = 2;", change: "2 → 3", reason: APPROXIMATE },
  {
    file: "written-out.ts",
    line: "for (const [key, part] of Object.entries(value)) length += key.length + 4 + lengthWrittenOut(part, known);",
    change: "4 → 5",
    reason: APPROXIMATE,
  },
  {
    file: "read-site-file.ts",
    line: "const MAX_JSON_LENGTH = 25 * 1_048_576 - 1_024;",
    change: "25 * 1_048_576 - 1_024 → (25 * 1_048_576) + 1_024",
    reason: APPROXIMATE,
  },
  {
    file: "read-site-file.ts",
    line: "const MAX_JSON_LENGTH = 25 * 1_048_576 - 1_024;",
    change: "25 → 26",
    reason: APPROXIMATE,
  },
  {
    file: "read-site-file.ts",
    line: "const MAX_JSON_LENGTH = 25 * 1_048_576 - 1_024;",
    change: "1_048_576 → 1048577",
    reason: APPROXIMATE,
  },
  {
    file: "read-site-file.ts",
    line: "const MAX_JSON_LENGTH = 25 * 1_048_576 - 1_024;",
    change: "1_024 → 1025",
    reason: APPROXIMATE,
  },
  {
    file: "read-site-file.ts",
    line: "if (lengthWrittenOut(value) > MAX_JSON_LENGTH) {",
    change: "lengthWrittenOut(value) > MAX_JSON_LENGTH → lengthWrittenOut(value) >= MAX_JSON_LENGTH",
    reason: APPROXIMATE,
  },
  {
    file: "read-site-file.ts",
    line: "const value: unknown = document.toJS({ maxAliasCount: -1 }); // shared, not copied; the length check below bounds it",
    change: "1 → 2",
    reason: "any negative number is no limit",
  },
  {
    file: "path-trie.ts",
    line: "if (segment.regex === undefined) wider.push(parameter, any);",
    change: "segment.regex === undefined → false",
    reason: "the other branch finds the same two nodes, in another order",
  },
  {
    file: "known-keys.ts",
    line: 'if (def.type === "array") return withoutWrappers(def.element);',
    change: 'def.type === "array" → true',
    reason: TYPE_GUARD,
  },
  { file: "known-keys.ts", line: "if (!schema) return [];", change: "!schema → false", reason: TYPE_GUARD },
  {
    file: "path-pattern-faults.ts",
    line: 'regex.split(/\\\\[^/]|\\[(?:\\\\.|[^\\]\\\\])*/s).some((between) => between.includes("/"));',
    change: "/\\\\[^/]|\\[(?:\\\\.|[^\\]\\\\])*/s → /\\\\[^/]|\\[(?:\\\\.|[^\\]\\\\])+/s",
    reason: "an empty class leaves a bracket behind, which is no slash",
  },
  {
    file: "path-pattern.ts",
    line: "for (let at = 1; at < pattern.length; at++) {",
    change: "at < pattern.length → at <= pattern.length",
    reason: "there is no character at the end of the text",
  },
  {
    file: "path-pattern.ts",
    line: 'segment.kind === "parameter" && segment.regex !== undefined ? [segment.regex] : [],',
    change: 'segment.kind === "parameter" && segment.regex !== undefined → (segment.regex !== undefined)',
    reason: TYPE_GUARD,
  },
  {
    file: "path-spelling.ts",
    line: 'if (!path.includes("%")) return path;',
    change: '!path.includes("%") → false',
    reason: FASTER,
  },
  {
    file: "path-spelling.ts",
    line: 'if (!path.includes("%")) return path;',
    change: '"%" → ""',
    reason: FASTER,
  },
  {
    file: "placeholders.ts",
    line: "parts.push(partFor(match, captures));",
    change: "parts.push(partFor(match, captures)); ⇄ from = match.index + match[0].length;",
    reason: INDEPENDENT,
  },
  {
    file: "placeholders.ts",
    line: 'function partFor([written, name = "", word]: RegExpMatchArray, captures: ReadonlySet<string>): ValuePart {',
    change: '"" → "mutated"',
    reason: TYPE_GUARD,
  },
  {
    file: "shape-problems.ts",
    line: "const MAX_KEYS_NAMED = 12;",
    change: "12 → 13",
    reason: "no place in a site file has thirteen keys",
  },
  {
    file: "shape-problems.ts",
    line: 'if (issue.code === "invalid_union") return issue.errors.every((arm) => arm.some(isAnotherType));',
    change:
      "issue.errors.every((arm) => arm.some(isAnotherType)) → issue.errors.some(((arm) => arm.some(isAnotherType)))",
    reason: ONE_KIND,
  },
  {
    file: "shape-problems.ts",
    line: 'if (issue.code === "invalid_union") return issue.errors.every((arm) => arm.some(isAnotherType));',
    change: "arm.some(isAnotherType) → arm.every(isAnotherType)",
    reason: ONE_KIND,
  },
  {
    file: "stored.ts",
    line: 'const [first = "", ...others] = hosts;',
    change: '"" → "mutated"',
    reason: TYPE_GUARD,
  },
  {
    file: "unreachable-routes.ts",
    line: "const [first] = around",
    change:
      "around .map( ({ unconditional, conditional }) => conditional.find((one) => implies(given, one.match))?.index ?? unconditional, ) .filter((taker) => taker !== undefined) → around .map( ({ unconditional, conditional }) => conditional.find((one) => implies(given, one.match))?.index ?? unconditional, )",
    reason: "sorting puts what is undefined at the end",
  },
  {
    file: "scalars.ts",
    line: "const HOST_TEXT = /^(?:[a-z0-9_.*-]*[a-z0-9_*-]|\\[[0-9a-f:.*]+\\]|\\[[0-9a-f:.*]*\\*|\\*[0-9a-f:.*]*\\])$/;",
    change:
      "/^(?:[a-z0-9_.*-]*[a-z0-9_*-]|\\[[0-9a-f:.*]+\\]|\\[[0-9a-f:.*]*\\*|\\*[0-9a-f:.*]*\\])$/ → /^(?:[a-z0-9_.*-]*[a-z0-9_*-]|\\[[0-9a-f:.*]*\\]|\\[[0-9a-f:.*]*\\*|\\*[0-9a-f:.*]*\\])$/",
    reason: "brackets around nothing are refused before",
  },
  {
    file: "wording.ts",
    line: 'const words = all.filter((one) => one.startsWith("`")).map((one) => one.slice(1, -1));',
    change: 'one.startsWith("`") → one.endsWith("`")',
    reason: "what begins with a backtick ends with one",
  },
];
