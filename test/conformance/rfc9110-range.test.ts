import { runRows } from "../support/rows.ts";
import { range } from "./tables/rfc9110-range.ts";

runRows("RFC 9110", range);
