// What an algorithm may look at besides the candidates, for tests that are about something else.
import { isolateLoad } from "../../../worker/adapters/isolate-load.ts";
import { isolateTurns } from "../../../worker/adapters/isolate-turns.ts";
import type { Facts } from "../../../worker/balancing/pick.ts";

export const facts = (random: () => number = () => 0): Facts => ({
  random,
  turns: isolateTurns(),
  load: isolateLoad({ now: () => 0 }),
  request: { ask: { target: "/", headers: new Headers() }, client: { ip: "192.0.2.1" } },
});
