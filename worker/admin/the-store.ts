// The store of sites as the admin API uses it. Every reading comes before the first writing, so if one fails nothing was written.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import { err, type Result } from "../../shared/result.ts";
import type { Ports } from "../isolate.ts";
import type { Moment } from "../publishing/site-plan.ts";
import type { SiteStore, Written } from "../publishing/site-store.ts";

/** `work` fails with a sentence. */
export async function inStore<T>(
  ports: Ports,
  work: (store: SiteStore) => Promise<Result<T, string>>,
): Promise<Result<T, AdminRefusal>> {
  const { siteStore, log } = ports;
  if (!siteStore) return err({ reason: "sites-not-writable" });
  let failure: string | undefined;
  const noting = <R>(read: Result<R, string>): Result<R, string> => {
    if (!read.ok) failure = read.error;
    return read;
  };
  const done = await work({
    ...siteStore,
    read: async (keys) => noting(await siteStore.read(keys)),
    list: async () => noting(await siteStore.list()),
  });
  if (done.ok) return done;
  if (failure === undefined) return err({ reason: "not-possible", sentence: done.error });
  log.warn("the store of the sites failed", { error: failure });
  return err({ reason: "sites-unavailable" });
}

export const momentOf = (ports: Ports): Moment => ({
  now: new Date(ports.now()).toISOString(),
  salt: ports.newId().slice(0, 16),
});

/** The refusal of a change that broke off. */
export const brokenOff = (
  { failure = "", isOvertaken }: Written,
  report: unknown,
): Result<never, AdminRefusal> =>
  err({ reason: isOvertaken ? "changed-meanwhile" : "broke-off", failure, report });

/** As JSON has it. */
export const writtenData = ({ done, unsure, failure }: Written) => ({
  done: [...done],
  unsure: [...unsure],
  ...(failure !== undefined && { failure }),
});
