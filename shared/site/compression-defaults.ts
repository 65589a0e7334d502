// What `compress: auto` stands for, apart from the schema: the Worker starts without that.

export const CODINGS = ["zstd", "br", "gzip"] as const;
export type Coding = (typeof CODINGS)[number];

export interface CompressionRules {
  readonly codings: readonly Coding[];
  readonly types: readonly string[];
  /** In bytes. */
  readonly minSize: number;
  readonly notWith: readonly string[];
}

export const AUTO: CompressionRules = {
  codings: CODINGS,
  types: [
    "text/*",
    "application/json",
    "application/*+json",
    "application/javascript",
    "application/x-javascript",
    "application/xml",
    "application/*+xml",
    "application/x-ndjson",
    "application/wasm",
    "image/svg+xml",
    "font/ttf",
    "font/otf",
  ],
  minSize: 1_024,
  notWith: [],
};
