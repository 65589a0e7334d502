// Why can an address not be listened on, and what should be changed?

/** The options that come with an address of their own. */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ["--port", "--host"],
  ["--admin-port", "--admin-host"],
]);

/** A sentence for the operator. `option`: what the address was given with. */
export function whyNotBound(
  error: unknown,
  address: string,
  option: "--port" | "--listen" | "--health" | "--admin-port",
): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `${address} is in use; choose another ${option}`;
  if (code === "EACCES") {
    const what = option === "--port" || option === "--admin-port" ? option : "port";
    return `${address} is not allowed for this user; choose a ${what} above 1023`;
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EINVAL") {
    return `${address} is not an address of this machine; choose another ${HOSTS.get(option) ?? option}`;
  }
  return `${address} cannot be listened on: ${message}`;
}
