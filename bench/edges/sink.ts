// An origin that accepts uploads and keeps event streams open, which a static server cannot do. It has a thread of its own, so
// that the load generator does not delay it.
import { createServer } from "node:http";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

/** Answers a POST when it has read all of it. It answers any other request with one event, and then stays silent. */
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
