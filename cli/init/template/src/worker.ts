// The Worker that Cloudflare runs. It comes from the package, so `npm update headgate` upgrades it.
//
// To add routes or middleware of your own, make it with `createApp`:
//   import { createApp } from "headgate/worker";
//   export default createApp({ before: (app) => app.get("/time", (c) => c.text(new Date().toISOString())) });
//   export { Keeper, Limits } from "headgate/worker";
export { default, Keeper, Limits } from "headgate";
