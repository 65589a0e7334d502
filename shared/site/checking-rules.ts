// Written by `npm run generate`. The rules that a site is checked by: a fingerprint of the code of validate.ts.
export const CHECKING_RULES = "149ab8d0483e";
