// Passes a WebSocket on through script, and reports when it closes. The runtime passes one on by itself, but never tells that it
// has closed (seen on workerd 2026-11-02). Here a message waits in memory for a reader that is slow, without a limit, so only an
// attempt that is counted comes this way (docs/decisions/0043).
import { realTime } from "./within.ts";

/** RFC 6455 §7.4.1, and the IANA registry: the client has gone; the origin has. */
const GOING_AWAY = 1001;
const BAD_GATEWAY = 1014;

/** For so long an origin may leave a close unanswered. */
export const CLOSING_MS = 10_000;

export interface Following {
  /** Called when a side has closed. */
  readonly ended: () => void;
  /** Closes the connection to the origin. */
  readonly hangUp: () => void;
  readonly closingMs: number;
}

/**
 * Returns the end for the client. An origin that does not answer a close, because it hangs, would keep its connection for ever: the
 * runtime waits for the answer. So the connection is then closed (RFC 6455 §7.1.1).
 */
export function followedSocket(origin: WebSocket, { ended, hangUp, closingMs }: Following): WebSocket {
  const { 0: client, 1: edge } = new WebSocketPair();
  let callOff = () => {};
  passOn(origin, edge, BAD_GATEWAY, () => {
    callOff();
    ended();
  });
  passOn(edge, origin, GOING_AWAY, () => {
    if (origin.readyState !== WebSocket.CLOSED) callOff = realTime(closingMs, hangUp);
    ended();
  });
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
