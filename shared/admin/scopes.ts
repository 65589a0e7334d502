// What may a token of the admin API be allowed to do?

export const SCOPES = ["read", "purge", "publish"] as const;
export type Scope = (typeof SCOPES)[number];
