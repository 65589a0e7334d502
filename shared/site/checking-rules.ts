// Written by `npm run generate`. The rules that a site is checked by: a fingerprint of the code of validate.ts.
export const CHECKING_RULES = "e40eb8a5d3b7";
