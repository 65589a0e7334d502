// The security headers of a response: presets, and the changes that a site or a route makes to them. They are compiled
// to a list, so that applying them is a handful of `set` calls.
import type { SecurityConfig, SiteRoute } from "../../shared/site/schema.ts";

/** One thing to do to one field. */
export type DressingStep =
  | { readonly do: "set"; readonly name: string; readonly value: string }
  | { readonly do: "set-if-absent"; readonly name: string; readonly value: string }
  | { readonly do: "remove"; readonly name: string };

export const HSTS = "strict-transport-security";

export interface Dressing {
  /** For `explain`: `strict`, `basic` with changes, … */
  readonly label: string;
  /** All of them. */
  readonly steps: readonly DressingStep[];
  /** Those applied before the route's header edits, which may undo them. */
  readonly ofSite: readonly DressingStep[];
  readonly ofRoute: readonly DressingStep[];
  /** Whether browsers may be told to use https only. */
  readonly tellsHsts: boolean;
}

type PresetName = "off" | "basic" | "strict";

const set = (name: string, value: string): DressingStep => ({ do: "set", name, value });
const setIfAbsent = (name: string, value: string): DressingStep => ({ do: "set-if-absent", name, value });
const remove = (name: string): DressingStep => ({ do: "remove", name });

/** Fields that reveal software and versions. They help only those who look for a version with a known vulnerability. */
const ANONYMOUS = [
  remove("server"),
  remove("x-powered-by"),
  remove("x-aspnet-version"),
  remove("x-aspnetmvc-version"),
];

/**
 * basic breaks no site: it adds only what is absent. strict is for a site that loads only its own scripts and is framed
 * by no one. Its CSP is what most sites will want to widen, so the origin's own CSP takes precedence.
 */
const PRESETS: Record<PresetName, readonly DressingStep[]> = {
  off: [],
  basic: [
    setIfAbsent("x-content-type-options", "nosniff"),
    setIfAbsent("x-frame-options", "SAMEORIGIN"),
    setIfAbsent("referrer-policy", "strict-origin-when-cross-origin"),
    ...ANONYMOUS,
  ],
  strict: [
    set(HSTS, "max-age=63072000; includeSubDomains"),
    setIfAbsent(
      "content-security-policy",
      "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    set("x-content-type-options", "nosniff"),
    set("x-frame-options", "DENY"),
    setIfAbsent("referrer-policy", "strict-origin-when-cross-origin"),
    setIfAbsent("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    setIfAbsent("cross-origin-opener-policy", "same-origin"),
    setIfAbsent("cross-origin-resource-policy", "same-origin"),
    set("x-permitted-cross-domain-policies", "none"),
    ...ANONYMOUS,
  ],
};

/**
 * The preset of the route or else of the site; then the changes of the site, then those of the route, header by header.
 */
export function compileDressing(site: SecurityConfig, route: SiteRoute["security"]): Dressing {
  const preset = presetOf(route) ?? presetOf(site) ?? "basic";
  const steps = new Map(PRESETS[preset].map((step) => [step.name, step]));
  const changedBy = (config: SecurityConfig | undefined) =>
    config === undefined || typeof config === "string" ? [] : Object.entries(config.headers);
  // A preset on the route starts afresh, because the changes of the site were made to another preset.
  const ofSite = presetOf(route) ? [] : changedBy(site);
  const ofRoute = changedBy(route);
  for (const [name, change] of [...ofSite, ...ofRoute]) {
    if (change === "off") steps.delete(name);
    else if (change === "remove") steps.set(name, remove(name));
    else if (typeof change === "string") steps.set(name, set(name, change));
    else steps.set(name, { do: change.merge, name, value: change.value });
  }
  const all = [...steps.values()];
  const later = new Set(presetOf(route) ? steps.keys() : ofRoute.map(([name]) => name));
  return {
    label: ofSite.length + ofRoute.length > 0 ? `${preset}, changed` : preset,
    steps: all,
    ofSite: all.filter(({ name }) => !later.has(name)),
    ofRoute: all.filter(({ name }) => later.has(name)),
    tellsHsts: steps.has(HSTS),
  };
}

/**
 * Whether a store may apply the steps of the site to a response that it keeps, so that a hit does not have to. They come first
 * if the site does not edit responses, and nothing that is done to a stored response before concerns the fields of the presets.
 */
export const mayDressStored = ({ ofSite }: Dressing, hasSiteEdits: boolean): boolean =>
  !hasSiteEdits && ofSite.every(({ name }) => IN_PRESETS.has(name));

const IN_PRESETS: ReadonlySet<string> = new Set(
  Object.values(PRESETS).flatMap((steps) => steps.map(({ name }) => name)),
);

export function dress(headers: Headers, steps: readonly DressingStep[]): void {
  for (const step of steps) {
    if (step.do === "remove") headers.delete(step.name);
    else if (step.do === "set" || !headers.has(step.name)) headers.set(step.name, step.value);
  }
}

const presetOf = (config: SecurityConfig | undefined): PresetName | undefined =>
  typeof config === "string" ? config : config?.preset;
