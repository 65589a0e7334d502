// Names with passwords, and keys.
import { doc } from "#doc";
import * as z from "../../zod.ts";
import { headerName, id, rejectedBy } from "../scalars.ts";
import { objectionToPasswordHash } from "./password-hash.ts";

const MOST = 200;
const atMost = (given: object) => Object.keys(given).length <= MOST;
const atLeastOne = (given: object) => Object.keys(given).length > 0;
const TOO_MANY = `has more than ${MOST}; use \`jwt\` or \`forward\` for so many`;

export const realm = z
  .string()
  .regex(/^[\x20-\x7e]{1,100}$/, "is empty, too long, or has a character outside ASCII")
  .refine((text) => !/["\\]/.test(text), "has a quotation mark or a backslash");

const userName = z
  .string()
  .min(1)
  .max(128)
  .refine((name) => !name.includes(":"), "has a colon, which ends the name in the request (RFC 7617)")
  .meta({ title: "user name" });

const passwordHash = z
  .string()
  .superRefine(rejectedBy(objectionToPasswordHash))
  .meta({ title: "password hash" });

export const basic = z
  .strictObject({
    users: z
      .record(userName, passwordHash)
      .refine(atLeastOne, "is empty, so nobody gets in")
      .refine(atMost, TOO_MANY)
      .describe(
        doc(
          "Hashes of passwords, by user. `headgate hash` makes one; those of htpasswd (bcrypt, apr1, SHA) are read too.",
        ),
      ),
    realm: realm.default("restricted").describe(doc("What browsers show where they ask for the password.")),
  })
  .describe(doc("A name and a password (RFC 7617). The claim `sub` is the name."))
  .meta(
    doc({
      examples: [
        {
          users: {
            ann: "$pbkdf2-sha256$i=100000$c2FsdHNhbHRzYWx0c2FsdA$Oq1Yb0dM1Wq0nRk0r8wq6m5cQ0T1mYl7lq0m2dO8q1c",
          },
        },
      ],
    }),
  );

const keyHash = z
  .string()
  .regex(/^[\da-f]{64}$/, "is not the SHA-256 of a key; `headgate hash --key` makes a key and prints it")
  .meta({ title: "SHA-256" });

export const key = z
  .strictObject({
    keys: z
      .record(id, keyHash)
      .refine(atLeastOne, "is empty, so nobody gets in")
      .refine(atMost, TOO_MANY)
      .describe(doc("SHA-256 of each key, by the name of its holder. `headgate hash --key` makes a key.")),
    header: headerName
      .optional()
      .describe(
        doc(
          "The field that has the key: x-api-key by default, if no other place is named. In `authorization` it stands after `Bearer`.",
        ),
      ),
    query: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe(
        doc("The query parameter that has it. Danger: URLs end up in histories and in the logs of others."),
      ),
    cookie: z.string().min(1).max(64).optional().describe(doc("The cookie that has it.")),
  })
  .describe(doc("A key that is shared with a client. The claim `sub` is the name of its holder."))
  .meta(
    doc({
      examples: [
        {
          keys: { ci: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
          header: "x-api-key",
        },
      ],
    }),
  );
