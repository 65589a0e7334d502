// A site file that has passed its checks, as it goes into a store. Types only.
import type { Site } from "../../shared/site/schema.ts";

export interface CheckedFile {
  readonly site: Site;
  /** The fingerprint of the file's values. The edge uses the same name for this version. */
  readonly version: string;
  /** The text written to the store. */
  readonly stored: string;
  /** As it was written, with its comments. */
  readonly source?: string;
}
