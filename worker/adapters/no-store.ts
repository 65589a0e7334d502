// A store that keeps nothing.
import type { Store } from "../ports.ts";

export const noStore: Store = {
  name: "none",
  get: async () => undefined,
  put: async () => {},
  delete: async () => {},
};
