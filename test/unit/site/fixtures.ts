// The smallest site, and parts of it to vary.
import { formatProblem } from "../../../shared/site/problem.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import type { Site } from "../../../shared/site/schema.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { compareWithSchema } from "./beyond-the-schema.ts";

export const WEB = { origins: [{ id: "a", url: "https://a.example.net" }] };

/** One pool `web`, one route `rest` to it, and whatever is given in place of these. */
export const aSite = (parts: Record<string, unknown> = {}): unknown => ({
  hosts: ["shop.example.com"],
  pools: { web: WEB },
  routes: [{ id: "rest", to: "web" }],
  ...parts,
});

export const withRoute = (route: Record<string, unknown>): unknown =>
  aSite({ routes: [{ id: "one", ...route }] });

/** `path  message; hint`, one for each problem. Fails if the JSON Schema for editors disagrees. */
export function problemsIn(value: unknown): string[] {
  const read = validateSite(value);
  const problems = read.ok ? [] : read.error;
  compareWithSchema(value, problems);
  return problems.map(({ path, message, hint }) => `${path}  ${message}${hint ? `; ${hint}` : ""}`);
}

/** The paths of the problems that point at a key, not at the value under it. */
export function keysAtFault(value: unknown): string[] {
  const read = validateSite(value);
  return read.ok ? [] : read.error.filter(({ atKey }) => atKey).map(({ path }) => path);
}

/** As a terminal shows them. */
export function problemsInFile(text: string, fileName = "a.yaml"): string[] {
  const read = readSiteFile(text, fileName);
  return read.ok ? [] : read.error.map(formatProblem);
}

export function validSite(value: unknown): Site {
  const read = validateSite(value);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}
