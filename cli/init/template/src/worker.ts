// The Worker that Cloudflare runs. The product comes from the package, so `npm update headgate` upgrades it.
import { createApp } from "headgate/worker";

export default createApp();
