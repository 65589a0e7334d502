// A client that sends exactly these bytes, and returns every byte that comes back.
import net from "node:net";
import { answersIn, type Message } from "./messages.ts";
import type { Exchange } from "./try.ts";

export interface Heard {
  readonly bytes: string;
  readonly answers: readonly Message[];
  /** What came after the last complete answer. */
  readonly rest: string;
  readonly statuses: readonly number[];
  /** False if the edge has neither answered nor hung up in time. */
  readonly closed: boolean;
}

const PATIENCE_MS = 4_000;
/** Between two texts, so that they travel in packets of their own. */
const BREATH_MS = 40;

export async function exchange(url: string, { sends, ends, leaves }: Exchange, host: string): Promise<Heard> {
  const texts = (typeof sends === "string" ? [sends] : sends).map((text) => text.replaceAll("<host>", host));
  const socket = net.connect(Number(new URL(url).port), "127.0.0.1");
  socket.setNoDelay(true);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {}); // a reset is an answer too; what came before it counts
  const closed = new Promise<boolean>((resolve) => {
    socket.setTimeout(PATIENCE_MS, () => resolve(false));
    socket.on("close", () => resolve(true));
  });
  for (const [at, text] of texts.entries()) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    socket.write(text, "latin1");
  }
  if (typeof leaves === "number") await new Promise((resolve) => setTimeout(resolve, leaves));
  if (leaves) socket.destroySoon();
  else if (ends) socket.end();
  const isClosed = await closed;
  socket.destroy();
  const bytes = Buffer.concat(chunks).toString("latin1");
  const { messages, rest } = answersIn(bytes, texts[0]?.split(" ")[0] ?? "");
  const statuses = messages.map(({ line }) => Number(line.split(" ")[1]));
  return { bytes, answers: messages, rest, statuses, closed: isClosed };
}
