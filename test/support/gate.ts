// A gate that a test opens at the right moment. It replaces sleeping and guessing how long others take.

export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function aGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
