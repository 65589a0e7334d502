// An origin: a process of its own that can be killed and frozen. It is told how to behave over the channel of its parent, and
// it writes each request that it receives to a file before it does anything else. What is written survives a SIGKILL.
// Arguments: id, port (0 for any), file of receipts.
import { openSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CACHED_PATH, numberIn } from "../load/requests.ts";
import { PROBE_PATH } from "../terms.ts";
import { type Behaviour, type FromOrigin, WELL } from "./behaviour.ts";
import { bodyOf, hasLength, uploadOf } from "./bodies.ts";
import { receiptLine } from "./receipts.ts";

/** How long a response takes when all is well. */
const USUAL_MS = 5;

const [id = "", port = "0", file = ""] = process.argv.slice(2);
const receipts = openSync(file, "a");
let behaviour: Behaviour = WELL;
let isEnding = false;

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url: target = "/", method = "GET" } = request;
  const told = behaviour; // as it is when the request arrives
  const number = numberIn(target);
  if (number !== undefined) writeSync(receipts, receiptLine({ at: Date.now(), method, number }));
  const upload: Buffer[] = [];
  request.on("data", (chunk: Buffer) => upload.push(chunk));
  request.on("error", () => {}); // the upload broke: there is nobody to answer
  response.on("error", () => {});
  request.on("end", () => {
    response.setHeader("x-origin", id);
    if (isEnding) response.setHeader("connection", "close");
    if (told.kind === "status") response.writeHead(told.status).end(`${id} answers ${told.status}\n`);
    else if (target === PROBE_PATH || number === undefined) response.end("ok\n");
    else if (method === "POST" && !Buffer.concat(upload).equals(uploadOf(number))) {
      response.writeHead(400).end("the request is not whole\n");
    } else {
      if (target.startsWith(CACHED_PATH))
        response.setHeader("cache-control", "max-age=1, stale-if-error=600");
      setTimeout(
        () => send(response, number, told.kind === "cut"),
        told.kind === "slow" ? told.ms : USUAL_MS,
      );
    }
  });
}

function send(response: ServerResponse, number: number, isCut: boolean): void {
  const body = bodyOf(number);
  const middle = body.length >> 1;
  if (hasLength(number)) response.setHeader("content-length", body.length);
  response.write(body.subarray(0, middle), () => {
    if (isCut) response.socket?.destroy();
    else response.end(body.subarray(middle));
  });
}

const tell = (what: FromOrigin): void => void process.send?.(what);

const server = createServer({ keepAliveTimeout: 60_000 }, answer);
process.on("message", (told: Behaviour) => {
  behaviour = told;
  tell({ told });
});
process.on("disconnect", () => process.exit(0)); // the parent has ended
// As a service that is restarted: it finishes what it has begun, and accepts nothing new.
process.on("SIGTERM", () => {
  isEnding = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
server.listen(Number(port), "127.0.0.1", () => tell({ port: (server.address() as AddressInfo).port }));
