import type { GivenSite } from "headgate/hono";

/** Without `hosts`, it serves every host that the app serves. Its routes match the full path. */
export const shop: GivenSite = {
  pools: {
    web: {
      origins: [
        { id: "a", url: "http://127.0.0.1:9001", weight: 3 },
        { id: "b", url: "http://127.0.0.1:9002" },
      ],
      retry: { attempts: 2, on: ["connect", "timeout", 503] },
    },
  },
  routes: [
    {
      id: "cached",
      match: { path: "/shop/cached/*" },
      rewrite: { path: "/cached/*" },
      cache: { ttl: "1m" },
      to: "web",
    },
    { id: "rest", match: { path: "/shop/*" }, rewrite: { path: "/*" }, to: "web" },
  ],
  security: "strict",
};
