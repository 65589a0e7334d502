// The origin that all contenders share: nginx with static files, several times as fast as any contender.
import { chmod, mkdir, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Edge } from "./edges/edge.ts";
import { nginx } from "./edges/nginx.ts";
import type { Work } from "./load/wrk.ts";
import { TEXT_PAGE } from "./text-page.ts";

export type Origin = Edge;

/** The same files, once as cacheable and once as not cacheable. */
export const KEPT = "/kept";
export const PASSED = "/passed";

export const FILES = { "10k": 10_240, "1k": 1_024, "1m": 1_048_576, "200m": 200_000_000 } as const;

export type FileName = keyof typeof FILES;

/** The work of requesting one of the files. */
export const askFor = (
  where: typeof KEPT | typeof PASSED,
  file: FileName,
  query = "",
): Pick<Work, "path" | "bytes"> => ({
  path: `${fileAt(where, file)}${query}`,
  bytes: FILES[file],
});

export const fileAt = (where: typeof KEPT | typeof PASSED, file: FileName): string => `${where}/${file}.bin`;

/** Text that can be compressed; the files above are of one letter. */
export const TEXT_AT = `${KEPT}/page.html`;

export async function startOrigin(parentFolder: string): Promise<Origin> {
  const files = path.join(parentFolder, "www");
  await mkdir(files);
  for (const [name, bytes] of Object.entries(FILES)) {
    const file = path.join(files, `${name}.bin`);
    // The large file is sparse. It is still read from memory.
    await writeFile(file, bytes > 10_000_000 ? "" : "x".repeat(bytes));
    if (bytes > 10_000_000) await truncate(file, bytes);
  }
  await writeFile(path.join(files, "page.html"), TEXT_PAGE);
  await chmod(parentFolder, 0o755); // if we are root, nginx reads as another user
  return nginx(
    (port) => `server {
    listen 127.0.0.1:${port};
    types { text/html html; }
    location ${KEPT}/ { alias ${files}/; add_header Cache-Control "max-age=86400"; }
    location ${PASSED}/ { alias ${files}/; add_header Cache-Control "no-store"; }
  }`,
    parentFolder,
  );
}
