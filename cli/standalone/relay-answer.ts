// Passes an origin's answer on to the Worker that asked through the doorway. What an origin sends is hostile input: Node throws at an answer
// that it would not write itself, such as a status of 099, and that may not end the process in which the doorway runs.
import http from "node:http";
import type { Duplex } from "node:stream";

/** An answer that cannot be written, or that breaks off, ends the connection: that is what the Worker would see at the origin itself. */
export function relayAnswer(answered: http.IncomingMessage, answer: http.ServerResponse): void {
  answered.on("error", () => answer.destroy());
  answer.sendDate = false; // whether there is one is for the Worker to know
  try {
    answer.writeHead(answered.statusCode ?? 0, answered.statusMessage, endToEnd(answered.rawHeaders));
  } catch {
    answered.destroy();
    answer.destroy();
    return;
  }
  answered.pipe(answer);
}

/** For a request to upgrade that its origin answers as any other: Node gives the socket of such a request, and no way to answer. */
export function relayAnswerOver(
  socket: Duplex,
  ask: http.IncomingMessage,
  answered: http.IncomingMessage,
): void {
  const answer = new http.ServerResponse(ask);
  answer.shouldKeepAlive = false; // nothing reads a further request
  answer.assignSocket(ask.socket);
  answer.on("finish", () => socket.end());
  answer.on("close", () => socket.destroy());
  relayAnswer(answered, answer);
}

/** The fields of this connection are Node's to write. It throws at a Trailer beside a declared length. */
const endToEnd = (raw: readonly string[]): string[] =>
  pairs(raw)
    .filter(([name]) => !["connection", "keep-alive", "trailer"].includes(name.toLowerCase()))
    .flat();

export function pairs(raw: readonly string[]): [name: string, value: string][] {
  const all: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) all.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return all;
}
