// npx node origin-mock/main.ts --port 9001 --name a
import { parseArgs } from "node:util";
import { startMockOrigin } from "./start.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "9001" },
    name: { type: "string", default: "a" },
  },
});

const origin = await startMockOrigin({ name: values.name, port: Number(values.port) });
console.log(`origin ${origin.name} listens on ${origin.url}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void origin.stop());
}
