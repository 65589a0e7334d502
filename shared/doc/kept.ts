// What the schemas say about themselves, for people and editors: descriptions and examples. Only the command line and the
// generators read it. In a build for the Workers runtime, left-out.ts takes the place of this file (package.json, "imports").

/** Marks words that no Worker needs. */
export const doc = <T>(words: T): T => words;
