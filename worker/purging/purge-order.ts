// What does an order to purge name? URLs, a path, a tag, a host or everything of a site, as targets for the keeper. Pure: the whole
// order is read before anything is done.
import type { InputProblem } from "../../shared/admin/admin-refusal.ts";
import type { GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import {
  hostToPurge,
  targetOfPrefix,
  targetsOfUrl,
  type UrlObjection,
} from "../caching/law/purge-targets.ts";
import { applyPurge, type PurgeCommand, type PurgeObjection } from "../keeping/purge-command.ts";
import { NO_PURGES } from "../keeping/purge-marks.ts";
import type { PurgeTarget } from "../keeping/purge-target.ts";
import { hostPatterns } from "../routing/hosts.ts";
import type { CompiledSite } from "../site.ts";
import { hostOfUrl, withPlainScheme } from "./host-of-url.ts";

export type PurgeOrder = GivenOf<Operations["purge"]>["body"];

export function readOrder(
  order: PurgeOrder,
  site: CompiledSite,
): Result<readonly PurgeCommand[], InputProblem[]> {
  const named = (["urls", "prefix", "tag", "all"] as const).filter((kind) => order[kind] !== undefined);
  const kind = named[0] ?? (order.host === undefined ? undefined : "host");
  if (kind === undefined)
    return oneProblem("", "the body names nothing to purge; write urls, prefix, tag, host or all");
  if (named.length > 1)
    return oneProblem(named[1] ?? "", `cannot stand beside ${kind}; send one order for each`);
  if (order.host !== undefined && (kind === "urls" || kind === "prefix"))
    return oneProblem("host", `cannot stand beside ${kind}, which names the host itself`);
  const problems: InputProblem[] = [];
  const targets = targetsOf(order, site, problems);
  const { mode, over: overMs } = order;
  const commands = targets.map((what): PurgeCommand => ({ kind: "purge", what, mode, overMs }));
  for (const command of problems.length > 0 ? [] : commands) {
    const law = applyPurge(NO_PURGES, command, { revision: 1, now: 0 });
    if (!law.ok) problems.push({ path: kind, message: objectionTo(law.error) });
  }
  return problems.length > 0 ? err(problems) : ok(commands);
}

function targetsOf(order: PurgeOrder, site: CompiledSite, problems: InputProblem[]): readonly PurgeTarget[] {
  const { urls, prefix, tag } = order;
  const host = order.host === undefined ? undefined : hostToPurge(order.host);
  if (host && (!host.ok || !isServed(host.value, site))) {
    problems.push({ path: "host", message: `is no host of the site ${site.name}` });
    return [];
  }
  if (tag !== undefined) return [{ by: "tag", tag, ...(host && { host: host.value }) }];
  if (prefix !== undefined) return targetsAt(prefix, "prefix", site, problems);
  if (urls === undefined) return [host ? { by: "host", host: host.value } : { by: "all" }];
  const uncached: InputProblem[] = [];
  const targets = urls.flatMap((url, index) => targetsAt(url, `urls[${index}]`, site, problems, uncached));
  // Among others they do no harm. But who names nothing else has probably mistyped it.
  if (targets.length === 0 && problems.length === 0) problems.push(...uncached);
  return targets;
}

function targetsAt(
  text: string,
  path: string,
  site: CompiledSite,
  problems: InputProblem[],
  uncached: InputProblem[] = problems,
): readonly PurgeTarget[] {
  const isPrefix = path === "prefix";
  const host = hostOfUrl(text, isPrefix);
  if (!host.ok || !isServed(host.value, site)) {
    const message = host.ok ? `is on ${host.value}, which is no host of the site ${site.name}` : host.error;
    problems.push({ path, message });
    return [];
  }
  const url = withPlainScheme(text);
  const found = isPrefix ? asList(targetOfPrefix(url)) : targetsOfUrl(site, url);
  if (found.ok) return found.value;
  const list = found.error.reason === "purge-url-not-cached" ? uncached : problems;
  list.push({ path, message: objectionTo(found.error) });
  return [];
}

const asList = <T, E>(one: Result<T, E>): Result<readonly T[], E> => (one.ok ? ok([one.value]) : one);

/** The host by which the site of an order can be found: that of its first URL. What else the order names is compared with that site. */
export function hostOfOrder({ urls, prefix, host }: PurgeOrder): Result<string, InputProblem> {
  if (host !== undefined) {
    const read = hostToPurge(host);
    return read.ok ? read : err({ path: "host", message: objectionTo(read.error) });
  }
  const [path, text] = prefix === undefined ? ["urls[0]", urls?.[0]] : ["prefix", prefix];
  if (text === undefined)
    return err({ path: "", message: "the body names no host; write urls, prefix or host, or name the site" });
  const read = hostOfUrl(text, path === "prefix");
  return read.ok ? read : err({ path, message: read.error });
}

const isServed = (host: string, site: CompiledSite): boolean =>
  [...hostPatterns(host)].some((pattern) => site.hosts.includes(pattern));

const oneProblem = (path: string, message: string) => err([{ path, message }]);

function objectionTo({ reason }: PurgeObjection | UrlObjection): string {
  switch (reason) {
    case "purge-of-nothing":
      return "names nothing to purge";
    case "bad-purge-mode":
      return "has a mode that is neither hard nor soft";
    case "bad-purge-spread":
      return "is spread over more than 7d";
    case "bad-purge-url":
      return "is too long to be remembered";
    case "bad-purge-host":
      return "has no host that can be remembered";
    case "bad-purge-tag":
      return "is no tag: it is empty, or too long to be remembered";
    case "bad-purge-prefix":
      return "has no path";
    case "purge-url-not-cached":
      return "is stored by no route of the site, so there is nothing to purge";
    case "purge-prefix-too-deep":
      return "has too many segments to be remembered; purge a shorter one, or the URLs";
  }
}
