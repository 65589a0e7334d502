// The field by which the Worker tells the file server of `headgate serve` how much of a path is the folder, out of which nothing may lead. The
// assets of Cloudflare have no links, and ignore it.
export const FOLDER_FIELD = "headgate-folder";

/** In the answer to it: why the file cannot be read, percent-encoded. */
export const BECAUSE_FIELD = "headgate-because";
