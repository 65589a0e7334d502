// Pushes sites whose files are valid, whose tests pass, and whose secrets the edge has as far as that can be known.
import type { Wishes } from "../../worker/publishing/push-sites.ts";
import type { LoadedSites } from "../load-sites.ts";
import { hasFailed, runAllTests } from "../run-tests.ts";
import { type LackingAtWorker, lackingAtWorker, needSecrets } from "../secrets/secrets-of-worker.ts";
import type { EdgePlace, Place } from "./place.ts";
import type { PushOutcome } from "./push-report.ts";
import { openPlace } from "./store-options.ts";
import type { WorkerBindings } from "./worker-bindings.ts";

/** `guessed`: the warnings of secrets that are missing here, where nobody says what the edge has. */
export async function pushIfFine(
  loaded: LoadedSites,
  guessed: LoadedSites["warnings"],
  place: Place | EdgePlace,
  { mayLackSecrets, ...wishes }: Wishes & { readonly mayLackSecrets: boolean },
): Promise<PushOutcome> {
  const withWarnings = (more: LoadedSites["warnings"]) => ({
    ...loaded,
    warnings: [...loaded.warnings, ...more],
  });
  const before = {
    loaded: withWarnings(guessed),
    store: place.kind,
    tested: [],
    pushed: undefined,
    error: undefined,
  };
  if (loaded.problems.length > 0) return before;
  const tested = runAllTests(loaded.sites, Date.now());
  if (tested.some(({ runs }) => runs.some(hasFailed))) return { ...before, tested };
  const opened = await openPlace(place);
  if (!opened.ok) return { ...before, tested, error: opened.error };
  const { sites, worker } = opened.value;
  const lacking = worker && (await lackingAt(worker, loaded.sites));
  if (lacking && lacking.problems.length > 0 && !mayLackSecrets)
    return { ...before, loaded: { ...withWarnings(lacking.warnings), problems: lacking.problems } };
  const warned = lacking
    ? { ...before, loaded: withWarnings([...lacking.problems, ...lacking.warnings]) }
    : before;
  const pushed = await sites.push(loaded.sites, wishes);
  return pushed.ok ? { ...warned, tested, pushed: pushed.value } : { ...warned, tested, error: pushed.error };
}

/** Undefined if Cloudflare does not say what the Worker has. The push goes on. */
async function lackingAt(
  worker: WorkerBindings,
  sites: LoadedSites["sites"],
): Promise<LackingAtWorker | undefined> {
  if (!needSecrets(sites)) return { problems: [], warnings: [] };
  const bindings = await worker.all();
  if (bindings.ok) return lackingAtWorker(sites, worker.name ?? "", bindings.value);
  console.error(`whether the Worker has the secrets of the sites cannot be told: ${bindings.error.message}`);
  return undefined;
}
