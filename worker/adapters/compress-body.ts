// Compresses a body by the runtime's zlib. CompressionStream knows neither brotli nor zstd, and cannot flush, so an event would wait for the
// next one.
import type { Coding } from "../../shared/site/compression-defaults.ts";
import { readerOf } from "./body-reader.ts";

type Bytes = ReadableStream<Uint8Array>;

interface Encoder {
  on(event: "data", take: (bytes: Uint8Array) => void): void;
  on(event: "end", act: () => void): void;
  on(event: "error", act: (error: Error) => void): void;
  write(bytes: Uint8Array): boolean;
  flush(done: () => void): void;
  end(): void;
  destroy(): void;
}

interface Zlib {
  readonly constants: Readonly<Record<string, number>>;
  createGzip(options: object): Encoder;
  createBrotliCompress(options: object): Encoder;
  createZstdCompress(options: object): Encoder;
  gzipSync(bytes: Uint8Array, options: object): Uint8Array;
  brotliCompressSync(bytes: Uint8Array, options: object): Uint8Array;
  zstdCompressSync(bytes: Uint8Array, options: object): Uint8Array;
}

/** Undefined without nodejs_compat, or where the runtime has no zstd yet. */
function zlib(): Zlib | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const module = process?.getBuiltinModule?.("node:zlib") as Partial<Zlib> | undefined;
  return module?.createZstdCompress ? (module as Zlib) : undefined;
}

export const canCompress = (): boolean => zlib() !== undefined;

function available(): Zlib {
  const module = zlib();
  if (!module)
    throw new Error("the runtime has no zlib: the plan has asked for what it was told is not there");
  return module;
}

/** Of 100 KB of text all three make some 29 KB at these levels, in half a millisecond to a little over one. */
function optionsOf(coding: Coding, { constants }: Zlib): object {
  if (coding === "gzip") return { level: 4 };
  const [parameter, level] =
    coding === "br" ? [constants.BROTLI_PARAM_QUALITY, 4] : [constants.ZSTD_c_compressionLevel, 3];
  return { params: { [Number(parameter)]: level } };
}

export function compressedBytes(bytes: Uint8Array, coding: Coding): Uint8Array {
  const module = available();
  const options = optionsOf(coding, module);
  switch (coding) {
    case "gzip":
      return module.gzipSync(bytes, options);
    case "br":
      return module.brotliCompressSync(bytes, options);
    case "zstd":
      return module.zstdCompressSync(bytes, options);
  }
}

function encoderOf(coding: Coding): Encoder {
  const module = available();
  const options = optionsOf(coding, module);
  switch (coding) {
    case "gzip":
      return module.createGzip(options);
    case "br":
      return module.createBrotliCompress(options);
    case "zstd":
      return module.createZstdCompress(options);
  }
}

/** Who wants the whole of it when it has ended, if it has no more bytes than this. */
interface Keeping {
  readonly keep: (whole: Uint8Array) => void;
  readonly upTo: number;
}

/** Every chunk is flushed. If the body breaks, so does this one: the end of the coding is only written after the end of the body. */
export function compressedStream(body: Bytes, coding: Coding, keeping?: Keeping): Bytes {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = readerOf(body);
  const encoder = encoderOf(coding);
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => {});
  encoder.on("end", ended.resolve);
  encoder.on("error", ended.reject);
  const letGo = () => {
    encoder.destroy();
    reader.cancel();
  };
  return new ReadableStream<Uint8Array>({
    start: (to) =>
      encoder.on("data", (bytes) => {
        length += bytes.length;
        if (keeping && length <= keeping.upTo) parts.push(new Uint8Array(bytes));
        to.enqueue(new Uint8Array(bytes));
      }),
    pull: async (to) => {
      try {
        const chunk = await reader.read();
        if (chunk) {
          encoder.write(chunk);
          const flushed = Promise.withResolvers<void>();
          encoder.flush(flushed.resolve);
          await Promise.race([flushed.promise, ended.promise]);
          return;
        }
        encoder.end();
        await ended.promise;
        to.close();
        if (keeping && length <= keeping.upTo) keeping.keep(joined(parts, length));
      } catch (error) {
        letGo();
        to.error(error);
      }
    },
    cancel: letGo,
  });
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
