// A value that stands outside the site file: `${secret:NAME}`.
import * as z from "../zod.ts";
import { SECRET_REFERENCE } from "./secret-name.ts";

/** Only by reference: a secret in a file is known to whoever reads the file. */
export const secretReference = z
  .string()
  .regex(
    SECRET_REFERENCE,
    "is not a reference to a secret; write ${secret:NAME}, in capitals, and keep the secret out of the file",
  )
  .meta({ title: "secret" });
