// The three mock origins of sites/demo.yaml, on the ports that it names, or on any free port if one is taken.
import { type MockOrigin, startMockOrigin } from "../origin-mock/start.ts";
import { isFree } from "./command-arguments.ts";

const ORIGINS = [
  { name: "a", port: 9001 },
  { name: "b", port: 9002 },
  { name: "standby", port: 9003 },
] as const;

export interface DemoOrigins {
  readonly all: readonly MockOrigin[];
  /** The site's JSON with the ports that the origins really use. */
  adapt(json: string): string;
  stop(): Promise<void>;
}

export async function startDemoOrigins(): Promise<DemoOrigins> {
  const started = await Promise.all(
    ORIGINS.map(async ({ name, port }) => {
      const free = await isFree("127.0.0.1", port);
      return {
        named: `http://127.0.0.1:${port}`,
        origin: await startMockOrigin({ name, port: free ? port : 0 }),
      };
    }),
  );
  return {
    all: started.map(({ origin }) => origin),
    adapt: (json) => started.reduce((text, { named, origin }) => text.replaceAll(named, origin.url), json),
    stop: async () => {
      await Promise.all(started.map(({ origin }) => origin.stop()));
    },
  };
}
