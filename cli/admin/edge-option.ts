// Which edge does a command talk to? `--edge URL`, or HEADGATE_EDGE; with the token in HEADGATE_TOKEN, which is never an argument:
// every user of a machine sees the arguments of its processes.
import type { Command } from "commander";
import { isLoopback, readBareUrl } from "../bare-url.ts";
import { PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { paintFor, visible } from "../printing/terminal-text.ts";
import { AdminClient, type AdminFailure } from "./admin-client.ts";

export interface EdgeOption {
  readonly edge?: string;
}

export const addEdgeOption = (command: Command): Command =>
  command.option(
    "--edge <URL>",
    "the admin API of the edge, for the token in HEADGATE_TOKEN (default: HEADGATE_EDGE)",
  );

export function edgeOf({ edge }: EdgeOption, command: Command): AdminClient {
  const refuse = (sentence: string) => command.error(`error: ${sentence}`, { exitCode: WRONG_USAGE });
  const { HEADGATE_EDGE, HEADGATE_TOKEN: token } = process.env;
  const text = edge ?? HEADGATE_EDGE;
  if (!text) return refuse("name the edge: --edge https://admin.example.com");
  const url = readBareUrl(text);
  if (!url)
    return refuse(
      `--edge ${URL.parse(text)?.username ? "holds a user name" : text}: write https://HOST, with a port if it has one, and nothing else`,
    );
  if (!token) return refuse("set HEADGATE_TOKEN to a token of the edge's admin API");
  if (/[^\x21-\x7e]/.test(token)) return refuse("HEADGATE_TOKEN has a character that no token has");
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    console.error(`warning: the token is sent to ${url.origin} unencrypted`);
  return new AdminClient({ edge: url.origin, token });
}

/** The edge has said no, or does not answer: no fault of how the command was written. */
export function failed({ sentence }: AdminFailure): void {
  console.error(paintFor(process.stderr)("red", `error: ${visible(sentence)}`));
  process.exitCode = PROBLEMS;
}
