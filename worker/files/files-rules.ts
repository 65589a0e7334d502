// The `files` of a route, compiled for the request path.
import { compileGlob, type Glob } from "../../shared/glob.ts";
import type { FilesConfig } from "../../shared/site/files-schema.ts";

export interface FilesRules {
  /** The name of the site that serves them. */
  readonly site: string;
  readonly folder: string;
  /** The file that answers for a folder; null if none does. */
  readonly index: string | null;
  /** The file that answers where there is none; null if that is a 404. */
  readonly spa: string | null;
  readonly cleanUrls: boolean;
  readonly notFound: string | null;
  readonly precompressed: boolean;
  /** Of the path of a request: what it names never changes. */
  readonly isImmutable: (path: string) => boolean;
}

export function compileFiles(config: FilesConfig, site: string): FilesRules {
  const { folder, index, spa, cleanUrls, notFound = null, precompressed, immutable } = config;
  return {
    site,
    folder,
    index: index === "off" ? null : index,
    spa: spa === true ? "index.html" : spa || null,
    cleanUrls,
    notFound,
    precompressed,
    isImmutable: immutable === "auto" ? holdsHash : anyOf(immutable.map(compileGlob)),
  };
}

const anyOf =
  (globs: readonly Glob[]) =>
  (path: string): boolean =>
    globs.some((matches) => matches(path));

/** What build tools emit. A page keeps its name when it changes. */
const CODE = "js|mjs|css|wasm|woff2?|ttf|otf";
const EMITTED = String.raw`\.(?:${CODE}|png|jpe?g|gif|svg|webp|avif|ico)(?:\.map)?$`;

/** Hexadecimal, as webpack writes it: eight digits or more, with a letter and a figure among them. A date has no letter. */
const HEXADECIMAL = new RegExp(`[._-](?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,64}${EMITTED}`);

/** Base64url, as Rollup writes it: eight characters of all three kinds. `IMG_1234` is none. */
const BASE64 = new RegExp(String.raw`[.-](?=.{0,7}[0-9])(?=.{0,7}[A-Z])(?=.{0,7}[a-z])[\w-]{8}${EMITTED}`);

/** Base32, as esbuild writes it. Cameras name their pictures like that. */
const BASE32 = new RegExp(String.raw`[.-](?=[A-Z]*[2-7])[A-Z2-7]{8}\.(?:${CODE})(?:\.map)?$`);

/** What is taken for a hash is kept for a year, so a word or a date must be none. */
const holdsHash = (path: string): boolean => HEXADECIMAL.test(path) || BASE64.test(path) || BASE32.test(path);
