// An origin that swallows uploads, and keeps streams of events open: what a static server cannot do. On a thread of its
// own, so that it does not wait for whoever loads it.
import { createServer } from "node:http";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

/** Answers a POST once it has read all of it; any other request with one event, and then silence. */
export function startSink(): Promise<{ readonly url: string; stop(): Promise<unknown> }> {
  const thread = new Worker(new URL(import.meta.url));
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", (port: number) =>
      resolve({ url: `http://127.0.0.1:${port}`, stop: () => thread.terminate() }),
    );
  });
}

if (!isMainThread) {
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      request.resume().once("end", () => response.end("taken"));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("data: hello\n\n");
  });
  server.requestTimeout = 0;
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    parentPort?.postMessage(typeof address === "object" && address ? address.port : 0);
  });
}
