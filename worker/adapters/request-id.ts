// A new request id: 32 hexadecimal digits.

export function newRequestId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
