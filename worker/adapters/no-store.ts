// A store that stores nothing.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import type { Store } from "../ports.ts";

export const noStore: Store = {
  name: "none",
  isShared: false,
  takes: () => false,
  get: async () => undefined,
  put: async (_key, _entry, body) => {
    if (body instanceof ReadableStream) void cancelQuietly(body);
  },
  renew: async () => false,
  delete: async () => {},
};
