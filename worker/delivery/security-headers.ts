// The security headers of a response: presets, and the changes that a site or a route makes to them. They are compiled
// to a list, so that applying them is a handful of `set` calls.
import type { SecurityConfig, SiteRoute } from "../../shared/site/schema.ts";
import { type CookieRules, compileCookieRules, STRICT_COOKIES } from "./cookie-rules.ts";
import { CSP, CSP_REPORT_ONLY, type Policy, policyText, REPORT_GROUP, STRICT_POLICY } from "./csp.ts";

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
  /** Which elements of a page get the nonce of its policy; null if it has none. */
  readonly nonces: "all" | "marked" | null;
  /** Null if cookies go out as they are. */
  readonly cookies: CookieRules | null;
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
      CSP,
      policyText({ directives: {}, nonce: "off", reportOnly: false }, STRICT_POLICY, undefined),
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
  // A preset on the route starts afresh, because the changes of the site were made to another preset.
  const ofSite = presetOf(route) ? {} : changesOf(site);
  const ofRoute = changesOf(route);
  const both = { ...ofSite, ...ofRoute };
  if (both.csp?.reportOnly) steps.delete(CSP); // the preset's is on trial; an origin's own stays in force
  for (const step of stepsOf(both, preset)) steps.set(step.name, step);
  const changed = [...Object.entries(ofSite.headers ?? {}), ...Object.entries(ofRoute.headers ?? {})];
  for (const [name, change] of changed) {
    if (change === "off") steps.delete(name);
    else if (change === "remove") steps.set(name, remove(name));
    else if (typeof change === "string") steps.set(name, set(name, change));
    else steps.set(name, { do: change.merge, name, value: change.value });
  }
  const all = [...steps.values()];
  const later = new Set(
    presetOf(route)
      ? steps.keys()
      : [
          ...Object.keys(ofRoute.headers ?? {}),
          ...stepsOf({ ...ofSite, ...ofRoute }, preset, ofRoute).map(({ name }) => name),
        ],
  );
  const isChanged = [ofSite, ofRoute].some((changes) => Object.values(changes).some(hasEntries));
  const nonces = both.csp?.nonce ?? "off";
  return {
    label: isChanged ? `${preset}, changed` : preset,
    steps: all,
    ofSite: all.filter(({ name }) => !later.has(name)),
    ofRoute: all.filter(({ name }) => later.has(name)),
    tellsHsts: steps.has(HSTS),
    nonces: nonces === "off" ? null : nonces,
    cookies: both.cookies ? compileCookieRules(both.cookies) : preset === "strict" ? STRICT_COOKIES : null,
  };
}

type Changes = Partial<Omit<Exclude<SecurityConfig, string>, "preset">>;

function changesOf(config: SecurityConfig | undefined): Changes {
  if (config === undefined || typeof config === "string") return {};
  const { preset: _preset, ...changes } = config;
  return changes;
}

const hasEntries = (change: unknown): boolean =>
  change !== undefined && (typeof change !== "object" || change === null || Object.keys(change).length > 0);

/** What `csp`, `report` and `nel` come to. `ofOnly`: only the fields that these changes have a say in. */
function stepsOf({ csp, report, nel }: Changes, preset: PresetName, ofOnly?: Changes): DressingStep[] {
  const says = (...keys: (keyof Changes)[]) => !ofOnly || keys.some((key) => ofOnly[key] !== undefined);
  const base: Policy = preset === "strict" ? STRICT_POLICY : {};
  const steps: DressingStep[] = [];
  if (csp && says("csp", "report")) {
    const text = policyText(csp, base, report);
    steps.push(set(csp.reportOnly ? CSP_REPORT_ONLY : CSP, text));
  }
  if (report !== undefined && says("report", "nel")) {
    steps.push(set("reporting-endpoints", `${REPORT_GROUP}="${report}"`));
    if (nel) {
      const group = { group: REPORT_GROUP, max_age: nel.maxAge / 1_000, endpoints: [{ url: report }] };
      steps.push(set("report-to", JSON.stringify(group)), set("nel", nelText(nel)));
    }
  }
  return steps;
}

/** W3C Network Error Logging §5.1. */
function nelText({ maxAge, failures, successes, subdomains }: NonNullable<Changes["nel"]>): string {
  return JSON.stringify({
    report_to: REPORT_GROUP,
    max_age: maxAge / 1_000,
    failure_fraction: failures,
    success_fraction: successes,
    include_subdomains: subdomains,
  });
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
