// Is this a valid site? All problems at once, the cross-field ones included.
import { err, ok, type Result } from "../result.ts";
import { formatPath, type Problem } from "./problem.ts";
import { type Site, siteSchema } from "./schema.ts";

export function validateSite(value: unknown): Result<Site, Problem[]> {
  const parsed = siteSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return err(parsed.error.issues.map((issue) => ({ path: formatPath(issue.path), message: issue.message })));
}
