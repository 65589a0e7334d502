// Which place in a folder does the path of a request name? The path is canonical, and its names are decoded once, here. No result leaves
// the folder, names a hidden file, or means something else to a file system than it does here.

export interface FilePlace {
  /** The names, decoded; none for the folder itself. */
  readonly names: readonly string[];
  /** The path ends in a slash. */
  readonly isFolder: boolean;
}

/** Undefined if no file can be there. */
export function filePlace(path: string): FilePlace | undefined {
  const { names, isFolder } = namesIn(path);
  return names.every(isName) && !isHidden(names) ? { names, isFolder } : undefined;
}

/**
 * May an app show a page of its own there? Its paths are no names of files: `/wiki/Talk:Main` may be one. What looks like a file is none,
 * because in place of a missing script the browser would run the page.
 */
export function isPlaceOfApp(path: string): boolean {
  const { names, isFolder } = namesIn(path);
  return !isHidden(names) && (isFolder || !names.at(-1)?.includes("."));
}

function namesIn(path: string): { names: readonly string[]; isFolder: boolean } {
  const written = path.split("/").slice(1);
  const isFolder = written.at(-1) === "";
  return { names: (isFolder ? written.slice(0, -1) : written).map(decoded), isFolder };
}

/** Longer names exist in no common file system. */
const MAX_NAME_BYTES = 255;

/**
 * Not empty, `.` or `..`; no separator of any system, no control character. No colon, which begins a stream of a file on NTFS, and no
 * dot or blank at the end, which Windows drops.
 */
const NO_NAME = /^$|^\.\.?$|[/\\:\p{Cc}]|[. ]$/u;

const isName = (name: string): boolean =>
  !NO_NAME.test(name) && new TextEncoder().encode(name).length <= MAX_NAME_BYTES;

/** What begins with a dot (.git, .env, .htpasswd), but for what RFC 8615 gives to clients. The rules of the folder are for the edge alone. */
function isHidden(names: readonly string[]): boolean {
  const [first = "", ...others] = names;
  const shown = first === ".well-known" ? others : names;
  return shown.some((name) => name.startsWith(".")) || (others.length === 0 && OF_THE_EDGE.has(first));
}

export const REDIRECTS_FILE = "_redirects";
export const HEADERS_FILE = "_headers";

const OF_THE_EDGE: ReadonlySet<string> = new Set([REDIRECTS_FILE, HEADERS_FILE]);

/** Bytes that are not UTF-8 are no name of a file. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return UNREADABLE;
  }
}

const UNREADABLE = "\0";
