// Placeholders in a path that a site writes (`/v2/:id/*`): what the matched path captured stands in for them.

export const PLACEHOLDER = /:([A-Za-z_][A-Za-z0-9_]*)|\*/g;

/** The names that a template asks for: each must be captured by the route's path. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "*");
}
