// Site files for the tests of the command line.

export const SHOP = `hosts: [shop.example.com, "*.shop.example.com"]
pools:
  web:
    origins:
      - { id: fra, url: "https://fra.example.net", weight: 3 }
      - { id: iad, url: "https://iad.example.net", weight: 1 }
      - { id: standby, url: "https://standby.example.org", tier: 1 }
routes:
  - { id: moved, match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } }
  - id: api
    match: { path: "/api/*", method: [GET, POST], header: { accept: "*json*" } }
    rewrite: { path: "/v2/*" }
    cache: off
    to: web
  - id: assets
    match: { path: "/assets/*" }
    cache: { ttl: 1h, staleWhileRevalidate: 1d, key: { query: { only: [v] } } }
    to: web
  - { id: rest, to: web }
security: { preset: off, headers: { x-frame-options: DENY } }
tests:
  - name: old links move
    request: { url: "https://shop.example.com/old/a" }
    expect: { route: moved, status: 308, location: /new/a, headers: { x-frame-options: DENY } }
  - request: { url: "https://www.shop.example.com/assets/x.js?v=1&utm=z" }
    expect: { route: assets, key: "www.shop.example.com/assets/x.js?v=1", origins: [iad, fra] }
  - request: { method: POST, url: "https://shop.example.com/api/cart", headers: { accept: application/json } }
    expect: { request: { method: POST, url: /v2/cart, headers: { cookie: false } }, key: null }
`;

/** Valid, and its tests are wrong in several ways. */
export const WRONG_EXPECTATIONS = `hosts: [wrong.example.com]
routes:
  - { id: moved, match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } }
tests:
  - { request: { url: "https://wrong.example.com/old/a" }, expect: { status: 301, location: /neu/a } }
  - { request: { url: "https://wrong.example.com/b" }, expect: { reason: no-route } }
  - { request: { url: "https://elsewhere.example.com/" }, expect: { route: moved } }
`;

export const BROKEN = `hosts: [broken.example.com]
pools:
  web:
    origins:
      - { id: a, url: "https://a.example.net" }
routes:
  - id: assets
    match: { path: "/assets/*" }
    cache: { tttl: 1h, defaultTtl: 10 }
    to: web
`;

export const UNREACHABLE = `hosts: [unreachable.example.com]
pools: { web: { origins: [{ id: a, url: "https://a.example.net" }] } }
routes:
  - { id: all, to: web }
  - { id: never, match: { path: /x }, to: web }
`;

/** Takes a host of SHOP. */
export const GREEDY = `{ "hosts": ["greedy.example.com", "shop.example.com"],
  "routes": [{ "id": "hello", "respond": { "body": "hello" } }] }
`;
