// The rules that folders bring along, as this isolate has read them.
import { BoundedMap } from "../../shared/remember.ts";
import type { FieldRules } from "./headers-file.ts";
import type { Redirects } from "./redirects-file.ts";

export interface RulesOfFolder {
  readonly redirects: Redirects;
  readonly fields: FieldRules;
}

export interface ReadRules extends RulesOfFolder {
  readonly readAt: number;
  /** What they were parsed from. */
  readonly redirectsText: string;
  readonly fieldsText: string;
}

const MAX_FOLDERS = 256;

export class FolderShelf extends BoundedMap<ReadRules> {
  constructor() {
    super(MAX_FOLDERS);
  }
}
