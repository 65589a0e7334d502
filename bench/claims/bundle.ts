// The Worker stays small. Measures the bundle that `wrangler deploy` would send.
import { gzipSync } from "node:zlib";
import { deployableBundle } from "../../cli/bundle-size.ts";
import type { Claim } from "../claim.ts";
import { spreadOf } from "../spread.ts";

export const bundle: Claim = {
  name: "bundle",
  title: "Size of the Worker",
  run: async (bench) => {
    bench.progress("bundles");
    const bytes = await deployableBundle();
    const kilobytes = (length: number) => spreadOf([length / 1_000]);
    return {
      name: "bundle",
      title: "Size of the Worker",
      contenders: [],
      rows: [
        { name: "gzipped", unit: "KB", value: kilobytes(gzipSync(bytes, { level: 9 }).length) },
        { name: "as it is", unit: "KB", value: kilobytes(bytes.length) },
      ],
      skipped: [],
    };
  },
};
