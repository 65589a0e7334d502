// A store that stores nothing.
import type { Store } from "../ports.ts";
import { letGo } from "./gather.ts";

export const noStore: Store = {
  name: "none",
  isShared: false,
  takes: () => false,
  get: async () => undefined,
  put: async (_key, _entry, body) => {
    if (body instanceof ReadableStream) letGo(body);
  },
  renew: async () => false,
  delete: async () => {},
};
