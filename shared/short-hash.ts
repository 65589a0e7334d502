// A short hash that tells versions of a text apart. It is not cryptographic, so it must not be used for texts that a
// client controls.
import { fnv1a } from "./hash32.ts";

/** FNV-1a, as eight hexadecimal digits. */
export const shortHash = (text: string): string => fnv1a(text).toString(16).padStart(8, "0");
