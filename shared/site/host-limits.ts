// How long may a host be? Beside the schema, since the edge looks hosts up without it.

/** What DNS allows. */
export const MAX_HOST_LENGTH = 253;
/** Labels after the star: the edge looks for no longer wildcard, so that no made-up host costs many readings. */
export const MAX_WILDCARD_LABELS = 6;
