// The OpenAPI document. It is made by `npm run generate`, because what writes it would add 7 KB to the Worker, gzipped.
import openApi from "../../shared/admin/openapi.json" with { type: "json" };
import { ok } from "../../shared/result.ts";

export const describeApi = async () => ok(openApi);
