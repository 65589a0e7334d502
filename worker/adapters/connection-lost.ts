/**
 * With such an error a body breaks, and its transfer with it. The runtime treats an error of exactly this shape as a lost
 * connection, and reports any other as an uncaught exception of ours.
 */
export const connectionLost = (message = "Network connection lost."): Error =>
  Object.assign(new Error(message), { retryable: true });
