// Redirects. A captured part of the path is the client's text, so it can never choose the host of the target.
import type { Site } from "../../shared/site/schema.ts";
import type { Asked } from "../message.ts";
import { compileTemplate, fillTemplate, type Template } from "../rewriting/template.ts";
import { encodeOutside } from "../routing/canonical-target.ts";
import { hostToName } from "../routing/hosts.ts";
import type { Captures } from "../routing/path-table.ts";

type RedirectConfig = NonNullable<Site["routes"][number]["redirect"]>;

export interface Redirect {
  readonly status: number;
  /** `https://www.example.com`, or "" for this site. */
  readonly base: string;
  readonly path: Template | null;
  readonly scheme: "http" | "https" | undefined;
  /** Of the site. */
  readonly hosts: readonly string[];
  readonly keepsQuery: boolean;
}

export function compileRedirect(config: RedirectConfig, hosts: readonly string[]): Redirect {
  const { to } = config;
  const written = to?.match(/^https?:\/\/[^/?#]*/)?.[0] ?? "";
  return {
    status: config.status,
    base: written === "" ? "" : new URL(written).origin, // a field value cannot contain `münchen.example`
    path: to === undefined ? null : compileTemplate(to.slice(written.length)),
    scheme: config.scheme,
    hosts,
    keepsQuery: config.keepQuery,
  };
}

export function redirectLocation(
  redirect: Redirect,
  asked: Pick<Asked, "path" | "query" | "authority" | "host">,
  captures: Captures,
): string {
  const target = onThisHost(redirect.path ? fillTemplate(redirect.path, captures) : asked.path);
  const path = target.replace(/#.*/s, "");
  const fragment = target.slice(path.length);
  // Without the port, which belonged to the other scheme.
  const base = redirect.scheme ? `${redirect.scheme}://${hostToName(asked, redirect.hosts)}` : redirect.base;
  const query =
    redirect.keepsQuery && asked.query !== "" ? `${path.includes("?") ? "&" : "?"}${asked.query}` : "";
  return base + path + query + fragment;
}

/**
 * Browsers read `//evil.example`, `/\evil.example` and `/%09/evil.example` with the tab removed as another host. So a
 * path must begin with exactly one slash, and contain no backslash or control character.
 */
function onThisHost(path: string): string {
  return encodeOutside(/[\0-\x20\x7f\\]/g, path).replace(/^\/*/, "/");
}
