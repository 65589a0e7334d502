// A URL, read as the edge reads a request for it by nobody in particular. Pure.
import type { Result } from "../../shared/result.ts";
import type { Asked } from "../message.ts";
import { readRequest, type Unread } from "./read-request.ts";

/** From the range reserved for examples (RFC 5737). */
const NOBODY = { ip: "192.0.2.0", country: undefined };

export const readUrl = (url: string): Result<Asked, Unread> =>
  readRequest({ method: "GET", url, headers: new Headers() }, NOBODY);
