// How large may the header fields be? Origins answer 400 or close the connection at sizes that differ (nginx 32 KB
// in all, Node 16 KB, Apache 8 KB a line), and a client could use that to make one look sick.

/** As nginx's default buffers (4 × 8 KB). */
export const MAX_HEADER_BYTES = 32_768;
