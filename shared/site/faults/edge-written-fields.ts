// Does an edit name a field that the edge writes after all edits? The edit would silently have no effect. The order is
// that of worker/delivery/deliver.ts.
import type { HeaderEditsConfig } from "../headers-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";
import type { SecurityConfig } from "../security-schema.ts";

type Keys = readonly PropertyKey[];

/** The edge adds to these, so an edit may add to them, but cannot set or remove them. */
export const ADDED_TO: ReadonlySet<string> = new Set(["via", "cache-status", "proxy-status"]);
/** The edge replaces these. */
export const REPLACED: ReadonlySet<string> = new Set(["x-request-id"]);
/** Detects a request that runs in a loop. RFC 8586 §2 forbids letting a configuration remove it. */
export const LOOP_FIELD = "cdn-loop";

export function edgeWrittenFields(site: Site): Problem[] {
  return [
    ...inEdits(site.headers?.response, ["headers", "response"]),
    ...ofTheLoop(site.headers?.request, ["headers", "request"]),
    ...inSecurity(site.security, ["security"]),
    ...site.routes.flatMap(({ headers, security, respond }, index) => [
      ...inEdits(headers?.response, ["routes", index, "headers", "response"]),
      ...ofTheLoop(headers?.request, ["routes", index, "headers", "request"]),
      ...inSecurity(security, ["routes", index, "security"]),
      ...Object.keys(respond?.headers ?? {}).flatMap((name) =>
        REPLACED.has(name) ? [cannotWork(name, ["routes", index, "respond", "headers", name], false)] : [],
      ),
    ]),
  ];
}

function inEdits(edits: HeaderEditsConfig | undefined, keys: Keys): Problem[] {
  if (!edits) return [];
  return [
    ...edits.remove.flatMap((name, at) =>
      isWritten(name) ? [cannotWork(name, [...keys, "remove", at], true)] : [],
    ),
    ...Object.keys(edits.set).flatMap((name) =>
      isWritten(name) ? [cannotWork(name, [...keys, "set", name], false)] : [],
    ),
    ...Object.keys(edits.add).flatMap((name) =>
      REPLACED.has(name) ? [cannotWork(name, [...keys, "add", name], false)] : [],
    ),
  ];
}

function ofTheLoop(edits: HeaderEditsConfig | undefined, keys: Keys): Problem[] {
  const message = "would hide request loops from the edge (RFC 8586); remove it";
  return [
    ...(edits?.remove ?? []).flatMap((name, at) =>
      name === LOOP_FIELD ? [problemAt([...keys, "remove", at], message)] : [],
    ),
    ...(edits && Object.hasOwn(edits.set, LOOP_FIELD)
      ? [problemAt([...keys, "set", LOOP_FIELD], message, { atKey: true })]
      : []),
  ];
}

function inSecurity(security: SecurityConfig | undefined, keys: Keys): Problem[] {
  if (security === undefined || typeof security === "string") return [];
  return Object.keys(security.headers).flatMap((name) =>
    isWritten(name) ? [cannotWork(name, [...keys, "headers", name], false)] : [],
  );
}

const isWritten = (name: string): boolean => ADDED_TO.has(name) || REPLACED.has(name);

function cannotWork(name: string, keys: Keys, isRemoval: boolean): Problem {
  const how = REPLACED.has(name) ? "replaces it" : "adds its own";
  const mend = isRemoval ? "write `edgeFields: off` instead" : "remove it";
  return problemAt(keys, `cannot work: after all edits the edge ${how} (\`${name}\`); ${mend}`, {
    atKey: !isRemoval,
  });
}
