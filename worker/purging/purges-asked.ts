// The purges that a PURGE or BAN request asks for, as commands to the keeper of its site. Pure: live traffic and `explain` use it.
import { err, ok, type Result } from "../../shared/result.ts";
import type { PurgeCommand } from "../keeping/purge-command.ts";
import type { Asked } from "../message.ts";
import type { CompiledSite } from "../site.ts";
import { readOrder } from "./purge-order.ts";
import { ordersOfRequest } from "./request-orders.ts";

/** The whole request is read before anything is done. The error is a sentence. */
export function purgesAsked(asked: Asked, site: CompiledSite): Result<readonly PurgeCommand[], string> {
  const orders = ordersOfRequest(asked);
  if (!orders.ok) return orders;
  const commands: PurgeCommand[] = [];
  for (const order of orders.value) {
    const read = readOrder(order, site);
    if (!read.ok) return err(read.error.map(({ path, message }) => `${wordFor(path)} ${message}`).join("; "));
    commands.push(...read.value);
  }
  return ok(commands);
}

/** The key of the order, as the client of a request would say it. */
const wordFor = (path: string): string => (path.startsWith("urls") ? "the URL" : `the ${path}`);
