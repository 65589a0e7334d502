// Are two secrets the same?

/** Takes as long wherever two texts of the same length differ, so that the time does not tell how much of a forged one is right. */
export function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
