// What the parameter of a signed link, or the cookie, is called unless the site names it.

export const SIGNED_NAME = "hg-signed";
