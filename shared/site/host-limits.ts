// How long may a host be? Kept apart from the schema, because the edge looks up hosts without the schema.

/** The limit of DNS. */
export const MAX_HOST_LENGTH = 253;
/** Labels after the star. The edge looks for no longer wildcard, so a made-up host costs a bounded number of reads. */
export const MAX_WILDCARD_LABELS = 6;
