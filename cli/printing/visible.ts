// Makes text of a site file safe for a terminal: a file from elsewhere must not overwrite what is reported about it, or
// break it into lines.

/** Writes control characters and those that change the writing direction as escapes. */
export const visible = (text: string): string =>
  text.replace(
    /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
