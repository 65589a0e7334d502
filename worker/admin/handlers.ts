// Who carries out which operation?
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { AnswerOf, GivenOf, Operation } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import type { Result } from "../../shared/result.ts";
import type { Ports } from "../isolate.ts";
import { describeApi } from "./describe-api.ts";
import { explainRequest } from "./explain-request.ts";
import { getKeeper, getReceipt, getTally, setSwitch } from "./of-the-keeper.ts";
import { drain, listOrigins, undrain } from "./origins.ts";
import { publish } from "./publish.ts";
import { purge, purgeByUrl } from "./purges.ts";
import { findHost, getSite, listSites } from "./sites.ts";
import {
  abort,
  getVersion,
  getVersions,
  listVersions,
  promote,
  removeHost,
  rollback,
  setShare,
} from "./versions.ts";

/** A bug may throw. */
export type Handle<O extends Operation> = (
  given: GivenOf<O>,
  ports: Ports,
) => Promise<Result<AnswerOf<O>, AdminRefusal>>;

type Handlers = { readonly [Name in keyof Operations]: Handle<Operations[Name]> };

export const HANDLERS: Handlers = {
  describeApi,
  listSites,
  getSite,
  findHost,
  explain: explainRequest,
  getKeeper,
  getTally,
  setSwitch,
  purge,
  purgeByUrl,
  getReceipt,
  listOrigins,
  drain,
  undrain,
  publish,
  listVersions,
  getVersions,
  getVersion,
  rollback,
  promote,
  abort,
  setShare,
  removeHost,
};
