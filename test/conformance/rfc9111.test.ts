import { runRows } from "../support/rows.ts";
import { caching } from "./tables/rfc9111.ts";

runRows("RFC 9111", caching);
