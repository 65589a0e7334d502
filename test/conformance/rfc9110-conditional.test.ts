import { runRows } from "../support/rows.ts";
import { conditional } from "./tables/rfc9110-conditional.ts";

runRows("RFC 9110", conditional);
