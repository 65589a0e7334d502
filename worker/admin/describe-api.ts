// The OpenAPI document, made once.
import { openApiOf } from "../../shared/admin/openapi.ts";
import { OPERATIONS } from "../../shared/admin/operations.ts";
import { once } from "../../shared/remember.ts";
import { ok } from "../../shared/result.ts";

const document = once(() => openApiOf(OPERATIONS));

export const describeApi = async () => ok(document());
