import { runRows } from "../support/rows.ts";
import { targeted } from "./tables/rfc9213.ts";

runRows("RFC 9213", targeted);
