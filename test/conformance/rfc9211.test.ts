import { runRows } from "../support/rows.ts";
import { cacheStatus } from "./tables/rfc9211.ts";

runRows("RFC 9211", cacheStatus);
