// The bodies of requests and responses. Each follows from the number of its request, so a client knows the whole of what it
// should receive, and an origin the whole of what it should be sent. Pure.

const LEAST_BYTES = 200;
const MOST_BYTES = 24_000;
const UPLOAD_BYTES = 1_500;

/** Of different sizes, none like another. */
export function bodyOf(number: number): Buffer {
  const size = LEAST_BYTES + ((number * 7_919) % (MOST_BYTES - LEAST_BYTES));
  return filled(`response ${number} `, size);
}

export const uploadOf = (number: number): Buffer => filled(`request ${number} `, UPLOAD_BYTES);

/** Half of the responses have a length. The others are sent in chunks. */
export const hasLength = (number: number): boolean => number % 2 === 0;

const filled = (text: string, size: number): Buffer => Buffer.alloc(size, text);
