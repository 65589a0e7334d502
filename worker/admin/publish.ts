// Publishes site files that were sent to the edge: all of them after all their checks, or none.
import type { AdminRefusal, InputProblem } from "../../shared/admin/admin-refusal.ts";
import type { AnswerOf, GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { hostsTakenTwice } from "../../shared/site/hosts.ts";
import { formatPath, type Problem, problemAt } from "../../shared/site/problem.ts";
import { rootSecretNeeds } from "../../shared/site/root-secret-needs.ts";
import { referenceTo } from "../../shared/site/secret-name.ts";
import { sourceKey } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { lackingIn } from "../admission/lacking-secrets.ts";
import type { Ports } from "../isolate.ts";
import { checkFile } from "../publishing/check-file.ts";
import type { CheckedFile } from "../publishing/checked-file.ts";
import { type Pushed, pushSites } from "../publishing/push-sites.ts";
import { clearKeeper } from "./of-the-keeper.ts";
import { siteNamed } from "./sites.ts";
import { brokenOff, inStore, momentOf, writtenData } from "./the-store.ts";

type Given = GivenOf<Operations["publish"]>["body"];
type Answer = AnswerOf<Operations["publish"]>;

export async function publish(
  { body }: GivenOf<Operations["publish"]>,
  ports: Ports,
): Promise<Result<Answer, AdminRefusal>> {
  if (!ports.siteStore) return err({ reason: "sites-not-writable" });
  const files = await checked(body.sites, ports);
  if (!files.ok) return files;
  const objections = [
    ...objectionsTo(body, files.value),
    ...tooLong(files.value, ports.siteStore.maxKeyBytes),
    ...withoutSecrets(files.value, ports),
    ...(await withoutRootSecret(files.value, ports)),
  ];
  if (objections.length > 0) return err({ reason: "invalid-input", problems: objections });
  const wishes = { ...body, takeHosts: body.takeHosts.map(lower), removeHosts: body.removeHosts.map(lower) };
  const moment = momentOf(ports);
  const going = await sitesAmong(wishes.removeHosts, ports);
  const pushed = await inStore(ports, (store) => pushSites(files.value, store, wishes, moment));
  if (!pushed.ok) return pushed;
  const { refused, written, removed } = pushed.value;
  if (refused.length > 0) return err({ reason: "host-of-another-site", moves: refused });
  const report = reportOf(pushed.value);
  const broken = [written, removed].find(({ failure }) => failure !== undefined);
  if (broken) return brokenOff(broken, report);
  for (const site of going) await clearKeeper(site, ports);
  return ok(report);
}

/** The hosts that are names of sites: with them goes the whole site. */
async function sitesAmong(hosts: readonly string[], ports: Ports): Promise<string[]> {
  const found = await Promise.all(hosts.map((host) => siteNamed(host, ports)));
  return hosts.filter((_, at) => found[at]?.ok);
}

const lower = (host: string) => host.toLowerCase();

async function checked(sites: Given["sites"], ports: Ports): Promise<Result<CheckedFile[], AdminRefusal>> {
  const files: CheckedFile[] = [];
  const problems: InputProblem[] = [];
  const failures: string[] = [];
  for (const [index, { file, source }] of sites.entries()) {
    const read = await checkFile(file, source, ports.now());
    if (read.ok) files.push(read.value);
    else if (read.error.reason === "tests-failed") failures.push(...read.error.failures);
    else problems.push(...read.error.problems.map((problem) => inSite(index, problem)));
  }
  if (problems.length > 0) return err({ reason: "invalid-input", problems });
  return failures.length > 0 ? err({ reason: "tests-failed", failures }) : ok(files);
}

function inSite(index: number, { path, message, hint }: Problem): InputProblem {
  const place = formatPath(["sites", index, "file"]);
  const separator = path === "" || path.startsWith("[") ? "" : ".";
  return {
    path: `${place}${separator}${path}`,
    message: hint === undefined ? message : `${message}; ${hint}`,
  };
}

function objectionsTo({ removeHosts, prune, share }: Given, files: readonly CheckedFile[]): InputProblem[] {
  const named = files.map(({ site }, index) => ({
    file: `sites[${index}]`,
    site,
    locate: (problem: Problem) => inSite(index, problem),
  }));
  const hosts = new Set(files.flatMap(({ site }) => site.hosts));
  const kept = removeHosts.findIndex((host) => hosts.has(host.toLowerCase()));
  return [
    ...hostsTakenTwice(named),
    ...(kept === -1 ? [] : [{ path: `removeHosts[${kept}]`, message: "is a host that a file names" }]),
    ...(share !== undefined && prune
      ? [{ path: "prune", message: "waits until the rollout has ended: the live version may need the hosts" }]
      : []),
  ];
}

/** A store may name a file after each key. The longest key of a site is that of its file; each of its hosts has a key. */
function tooLong(files: readonly CheckedFile[], maxBytes: number | undefined): InputProblem[] {
  if (maxBytes === undefined) return [];
  return files.flatMap(({ site, version }, index) =>
    site.hosts.flatMap((host, at) => {
      const excess = (at === 0 ? sourceKey(host, version) : siteKey(host)).length - maxBytes;
      const message = `is too long for this edge, which names files after it: ${host.length - excess} characters are allowed`;
      return excess > 0 ? [inSite(index, problemAt(["hosts", at], message))] : [];
    }),
  );
}

/** A version whose routes would refuse for want of a secret does not replace one that serves. */
function withoutSecrets(files: readonly CheckedFile[], { secrets }: Pick<Ports, "secrets">): InputProblem[] {
  return files.flatMap(({ site }, index) => {
    const [name = ""] = site.hosts;
    const lacking = lackingIn(site, (secret, use) => secrets(name, secret, use));
    return lacking.map(({ keys, name: secret }) => {
      const message = `names \`${referenceTo(secret)}\`, which this edge does not have for the site; its log says why`;
      return inSite(index, problemAt(keys, message));
    });
  });
}

/** Nor one that would let nobody in. */
async function withoutRootSecret(
  files: readonly CheckedFile[],
  { signing, sealing }: Pick<Ports, "signing" | "sealing">,
): Promise<InputProblem[]> {
  const closing = files.flatMap(({ site }, index) =>
    rootSecretNeeds(site).flatMap((need) => (need.closes ? [{ ...need, index }] : [])),
  );
  if (closing.length === 0) return [];
  const canSeal = (await sealing.mac("login", "")) !== undefined;
  return closing
    .filter(({ kind }) => (kind === "sealed" ? !canSeal : !signing))
    .map(({ index, keys, fails }) =>
      inSite(index, problemAt(keys, `needs HEADGATE_SECRET, which this edge does not have: it ${fails}`)),
    );
}

function reportOf({ changes, leftovers, written, removed }: Pushed): Answer {
  return {
    changes: changes.map(({ key, pattern, holds, change, lastKey, plan }) => ({
      key,
      pattern,
      holds,
      change,
      lastKey,
      ...(plan && {
        plan: { version: plan.version, before: plan.before, share: plan.share, ended: plan.ended },
      }),
    })),
    leftovers: [...leftovers],
    written: writtenData(written),
    removed: writtenData(removed),
  };
}
