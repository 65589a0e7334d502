// Survivors that no test can or should kill, each with its reason. A line is found by its text, wherever it stands.

export interface Explained {
  /** The file's name without its folder. */
  readonly file: string;
  /** The first line of what is changed, without its indentation. */
  readonly line: string;
  readonly change: string;
  readonly reason: string;
}

export const EXPLAINED: readonly Explained[] = [];
