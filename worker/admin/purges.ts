// Orders to purge, carried out by the keeper of their site.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { AnswerOf, GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Ports } from "../isolate.ts";
import { hostOfOrder, readOrder } from "../purging/purge-order.ts";
import { asked } from "./of-the-keeper.ts";
import { findHost } from "./sites.ts";

/** If the keeper fails between two commands, the order may be sent again: a purge that is repeated does no harm. */
export async function purge(
  { params, body }: GivenOf<Operations["purge"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["purge"]>, AdminRefusal>> {
  const { site } = params;
  return asked(site, ports, async (keepers, compiled) => {
    const order = readOrder(body, compiled);
    if (!order.ok) return err({ reason: "invalid-input", problems: order.error });
    let revision = 0;
    for (const command of order.value) {
      const applied = await keepers.apply(site, command);
      if (!applied.ok) return applied;
      revision = applied.value.revision;
    }
    return ok({ revision });
  });
}

/** For a client that knows the URL and not the site. All that the order names has to belong to one site. */
export async function purgeByUrl(
  { body }: GivenOf<Operations["purgeByUrl"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["purgeByUrl"]>, AdminRefusal>> {
  const host = hostOfOrder(body);
  if (!host.ok) return err({ reason: "invalid-input", problems: [host.error] });
  const found = await findHost({ params: { host: host.value }, query: {}, body: undefined }, ports);
  if (!found.ok) return found;
  const site = found.value.name;
  const purged = await purge({ params: { site }, query: {}, body }, ports);
  return purged.ok ? ok({ site, ...purged.value }) : purged;
}
