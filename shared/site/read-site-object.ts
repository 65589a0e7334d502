// Checks a site that is given as a JavaScript value instead of a text, or returns everything that is wrong with it.
import { err, ok, type Result } from "../result.ts";
import { isTooDeep } from "./file/depth.ts";
import { lengthWrittenOut } from "./file/written-out.ts";
import { type Problem, TOO_DEEP } from "./problem.ts";
import type { Site } from "./schema.ts";
import { validateSite } from "./validate.ts";

export interface SiteObjectRead {
  readonly site: Site;
  /** Its values as compact JSON. */
  readonly json: string;
  /** A value has no lines: a problem stays as it is. */
  locate(problem: Problem): Problem;
}

/** `completed` fills in what such a site may leave out. */
export function readSiteObject(
  value: unknown,
  completed: (value: unknown) => unknown,
): Result<SiteObjectRead, Problem[]> {
  try {
    if (lengthWrittenOut(value) === Number.POSITIVE_INFINITY) {
      return err([{ path: "", message: "the site contains itself" }]);
    }
    if (isTooDeep(value)) return err([{ path: "", message: `the site ${TOO_DEEP}` }]);
    const valid = validateSite(completed(value));
    return valid.ok ? ok({ site: valid.value, json: JSON.stringify(value), locate }) : valid;
  } catch (error) {
    if (error instanceof RangeError) return err([{ path: "", message: `the site ${TOO_DEEP}` }]);
    throw error;
  }
}

const locate = (problem: Problem): Problem => problem;
