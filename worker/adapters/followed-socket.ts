// Passes a WebSocket on through script, and reports when it closes. The runtime passes one on by itself, but never tells that it
// has closed (seen on workerd 2026-11-02). Here a message waits in memory for a reader that is slow, without a limit, so only an
// attempt that is counted comes this way (docs/decisions/0043).

/** RFC 6455 §7.4.1, and the IANA registry: the client has gone; the origin has. */
const GOING_AWAY = 1001;
const BAD_GATEWAY = 1014;

/** Returns the end for the client. `ended` is called once, when either side has closed. */
export function followedSocket(origin: WebSocket, ended: () => void): WebSocket {
  const { 0: client, 1: edge } = new WebSocketPair();
  passOn(origin, edge, BAD_GATEWAY, ended);
  passOn(edge, origin, GOING_AWAY, ended);
  origin.accept();
  edge.accept();
  return client;
}

/** `ifLost` is the code for a connection that ended without one. */
function passOn(from: WebSocket, to: WebSocket, ifLost: number, ended: () => void): void {
  from.binaryType = "arraybuffer";
  from.addEventListener("message", ({ data }) => {
    try {
      to.send(data as string | ArrayBuffer);
    } catch {
      // It is closing, and its own event says how.
    }
  });
  from.addEventListener("close", ({ code, reason }) => {
    close(to, code, reason, ifLost);
    ended();
  });
  from.addEventListener("error", () => {
    close(to, ABNORMAL, "", ifLost);
    ended();
  });
}

/** These two are never sent: the peer gave no code, or the connection was lost (RFC 6455 §7.4.1). */
const NONE_GIVEN = 1005;
const ABNORMAL = 1006;

function close(socket: WebSocket, code: number, reason: string, ifLost: number): void {
  try {
    if (code === NONE_GIVEN) socket.close();
    else if (code === ABNORMAL) socket.close(ifLost);
    else socket.close(code, reason);
  } catch {
    closeAsLost(socket, ifLost);
  }
}

/** A peer may send a code that nobody may send, such as 1015 or 5000. The runtime reports it, but does not send it on. */
function closeAsLost(socket: WebSocket, ifLost: number): void {
  try {
    socket.close(ifLost);
  } catch {
    // It is closed already.
  }
}
