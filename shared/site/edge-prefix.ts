// The paths that belong to the edge itself, on every host: its health and its admin API. No site can have routes there.
export const EDGE_PREFIX = "/.headgate/";
