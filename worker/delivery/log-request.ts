// Writes the record of a request: at once, or at the end of the body if its bytes are counted. Flow.
import type { Ports } from "../isolate.ts";
import type { Reply } from "../message.ts";
import type { Outcome, Visit } from "../outcome.ts";
import type { LogRecord } from "../ports.ts";
import { LOG_WITHOUT_SITE } from "./log-formats.ts";
import { logRecord } from "./log-record.ts";

type LogPorts = Pick<Ports, "log" | "background" | "countSent" | "now">;

/** Returns the reply to send. */
export function logRequest(outcome: Outcome, visit: Visit, now: number, ports: LogPorts): Reply {
  const { bytes: which, line } = outcome.site?.log ?? LOG_WITHOUT_SITE;
  const record = logRecord(outcome, visit, now);
  const { reply } = outcome;
  if (
    which === "declared" ||
    (!(reply.body instanceof ReadableStream) && !reply.transforms) ||
    record.bytes === 0
  ) {
    const written = ports.log.request(record, line);
    if (written) ports.background(written);
    return reply;
  }
  const counted = ports.countSent(reply);
  ports.background(
    counted.sent.then(({ bytes, ended }) => {
      const whole: LogRecord = { ...record, bytes, ended, totalMs: ports.now() - visit.startedAt };
      return ports.log.request(whole, line);
    }),
  );
  return counted.reply;
}
