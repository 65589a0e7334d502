import { runRows } from "../support/rows.ts";
import { staleContent } from "./tables/rfc5861.ts";

runRows("RFC 5861", staleContent);
