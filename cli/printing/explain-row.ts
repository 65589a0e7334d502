import type { Row } from "./terminal-text.ts";

/** A row of an explanation, which is short unless everything is asked for. */
export interface ExplainRow extends Row {
  /** Left out of the short one. */
  readonly isDetail?: true;
  /** What the details come to, in their place. */
  readonly inShort?: string;
}

export const asDetail = (row: ExplainRow): ExplainRow => ({ ...row, isDetail: true });
