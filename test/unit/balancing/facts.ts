// What an algorithm may look at besides the candidates, for tests that are about something else.
import { isolateTurns } from "../../../worker/adapters/isolate-turns.ts";
import type { Facts } from "../../../worker/balancing/pick.ts";

export const facts = (random: () => number = () => 0): Facts => ({
  random,
  turns: isolateTurns(),
  request: { ask: { target: "/", headers: new Headers() }, client: { ip: "192.0.2.1" } },
});
