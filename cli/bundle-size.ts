// `npm run size`: would the Worker deploy, and is it small enough? Measures what `wrangler deploy` would send. A Worker
// has one second to start, and parsing its code is part of that.
import { gzipSync } from "node:zlib";
import { deployableBundle } from "./deployable-bundle.ts";

const MAX_GZIPPED_BYTES = 150_000;

try {
  const bundle = await deployableBundle();
  const bytes = gzipSync(bundle, { level: 9 }).length;
  const size = `${(bytes / 1_000).toFixed(1)} KB gzipped`;
  console.log(
    `The Worker is ${size} (${(bundle.length / 1_000).toFixed(1)} KB as it is); 150 KB are allowed.`,
  );
  if (bytes > MAX_GZIPPED_BYTES) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
