// In which direction may code depend, and what may a pure file do? The rules are a function from the source texts of worker/
// and shared/ to the breaches in them. A test can therefore plant breaches and check that they are found.
import { asyncFaults, timerFaults, worldlyFaults } from "./impurities.ts";
import { mayCompareSecrets, secretComparisons } from "./secret-comparisons.ts";
import { everyNode, type Syntax, syntaxOf } from "./syntax.ts";

/** The file's path from the project root → its text. */
export type Sources = Readonly<Record<string, string>>;

export interface Breach {
  readonly file: string;
  readonly breach: string;
}

type Kind = "shared" | "pure" | "ports" | "flow" | "adapter" | "shell";

/** Files that await. They put pure decisions and port calls in order, and contain no HTTP rule. Folders end in a slash. */
export const FLOWS: readonly string[] = [
  "worker/pipeline.ts",
  "worker/admin/describe-api.ts",
  "worker/admin/explain-request.ts",
  "worker/admin/metrics.ts",
  "worker/admin/of-the-keeper.ts",
  "worker/admin/origins.ts",
  "worker/admin/publish.ts",
  "worker/admin/purges.ts",
  "worker/admin/sites.ts",
  "worker/admin/the-store.ts",
  "worker/admin/versions.ts",
  "worker/admission/flow/",
  "worker/routing/compile-stored.ts",
  "worker/routing/find-site.ts",
  "worker/routing/read-site.ts",
  "worker/routing/read-versions.ts",
  "worker/balancing/hold-place.ts",
  "worker/balancing/hedge.ts",
  "worker/balancing/send.ts",
  "worker/balancing/say-sorry.ts",
  "worker/balancing/send-mirrored.ts",
  "worker/balancing/send-pinned.ts",
  "worker/balancing/try-origin.ts",
  "worker/bodies/let-go.ts",
  "worker/bodies/patience.ts",
  "worker/bodies/read-in-time.ts",
  "worker/bodies/replay.ts",
  "worker/caching/flow/",
  "worker/caching/stockroom.ts",
  "worker/caching/slices/",
  "worker/delivery/log-request.ts",
  "worker/delivery/show-error.ts",
  "worker/files/flow/",
  "worker/keeping/known-snapshot.ts",
  "worker/purging/answer-purge.ts",
  "worker/publishing/change-record.ts",
  "worker/publishing/change-version.ts",
  "worker/publishing/check-file.ts",
  "worker/publishing/look-at-store.ts",
  "worker/publishing/push-sites.ts",
  "worker/publishing/remove-host.ts",
  "worker/publishing/remove-texts.ts",
  "worker/publishing/standing-site.ts",
  "worker/publishing/stored-site.ts",
  "worker/publishing/stored-text.ts",
  "worker/publishing/stored-version.ts",
  "worker/publishing/written.ts",
];

/** Pure files beside the pipeline. All others belong in a stage's folder. */
const ROOT_PURE = [
  "worker/decision.ts",
  "worker/message.ts",
  "worker/outcome.ts",
  "worker/refusal.ts",
  "worker/compile-action.ts",
  "worker/compile-route.ts",
  "worker/compile-site.ts",
  "worker/site.ts",
];
const STAGES = [
  "admin",
  "bodies",
  "keeping",
  "publishing",
  "purging",
  "routing",
  "admission",
  "rewriting",
  "caching",
  "balancing",
  "delivery",
  "files",
  "explaining",
  "embedding",
];
/** What puts adapters and pipeline together, and the modules that the runtime or an embedding app loads. */
const SHELL = [
  "worker/admin/access.ts",
  "worker/admin/admin-app.ts",
  "worker/admin/admin-door.ts",
  "worker/admin/answers.ts",
  "worker/admin/authenticate.ts",
  "worker/admin/handlers.ts",
  "worker/admin/read-input.ts",
  "worker/admin/routes.ts",
  "worker/answering.ts",
  "worker/app.ts",
  "worker/hono.ts",
  "worker/index.ts",
  "worker/state.ts",
  "worker/within-hono.ts",
  "worker/worker.ts",
];

/** The reason why a file outside the flows may be async. */
export const ASYNC_EXCEPTIONS: Readonly<Record<string, string>> = {
  "shared/site/fingerprint.ts":
    "a fingerprint needs SHA-256, and WebCrypto's is the only one that both runtimes have",
  "shared/soon.ts": "tells what is at hand from what has to be waited for; it waits for nothing itself",
  "worker/caching/flights.ts":
    "requests that wait for another's answer share a promise; it awaits nothing itself",
};

/** The reason why a timer in a file may run to its end. */
export const TIMER_EXCEPTIONS: Readonly<Record<string, string>> = {
  "worker/adapters/env.ts": "`wait` is a pause of a few milliseconds, and has to run to its end",
};

/** From which kinds a file may import values. The types of a flow's result may go further, so outcome.ts holds them. */
const VALUES_FROM: Readonly<Record<Kind, readonly Kind[]>> = {
  shared: ["shared"],
  ports: [],
  pure: ["shared", "pure"],
  flow: ["shared", "pure", "flow"],
  adapter: ["shared", "pure", "adapter"],
  shell: ["shared", "pure", "flow", "adapter", "shell"],
};
const TYPES_FROM: Readonly<Record<Kind, readonly Kind[]>> = {
  shared: ["shared"],
  ports: ["shared", "pure", "ports"],
  pure: ["shared", "pure", "ports", "flow"],
  flow: ["shared", "pure", "ports", "flow"],
  adapter: ["shared", "pure", "ports", "adapter"],
  shell: ["shared", "pure", "ports", "flow", "adapter", "shell"],
};

export function breachesIn(sources: Sources): Breach[] {
  const breaches: Breach[] = [];
  for (const [file, text] of Object.entries(sources)) {
    const report = (breach: string) => breaches.push({ file, breach });
    const kind = kindOf(file);
    if (!kind) {
      report("stands in no known place: a stage's folder, adapters/, or the list of flows");
      continue;
    }
    const program = syntaxOf(text);
    if (kind === "flow" && file !== STOCKROOM && touchesStore(program)) {
      report("touches the store past the stockroom");
    }
    const imports = importsOf(program, file);
    for (const found of imports) {
      const objection = objectionToImport(kind, found);
      if (objection) report(objection);
    }
    if (kind === "shared" || kind === "pure" || kind === "flow") {
      for (const fault of worldlyFaults(program)) report(fault);
    }
    if (mayCompareSecrets(file)) for (const fault of secretComparisons(program)) report(fault);
    if (!(file in TIMER_EXCEPTIONS)) for (const fault of timerFaults(program)) report(fault);
    if ((kind === "shared" || kind === "pure") && !(file in ASYNC_EXCEPTIONS)) {
      for (const fault of asyncFaults(program)) report(fault);
    }
  }
  return [...breaches.filter(({ file, breach }) => !isExcused(file, breach)), ...circlesIn(sources)];
}

/** The exception covers one file and one breach: WebCrypto. */
const isExcused = (file: string, breach: string): boolean =>
  file in ASYNC_EXCEPTIONS && breach === "reaches for crypto";

/** The only file that reads or writes a store, so that the rules for every entry are in one place. */
const STOCKROOM = "worker/caching/stockroom.ts";

/** Finds `ports.store.get(…)` and `const { store } = ports`. Passing ports on is not an access. */
function touchesStore(program: Syntax): boolean {
  for (const node of everyNode(program)) {
    const isAccess =
      node.type === "MemberExpression" && (node.property as Syntax | undefined)?.name === "store";
    const isTaken =
      node.type === "ObjectPattern" &&
      ((node.properties ?? []) as Syntax[]).some((one) => (one.key as Syntax | undefined)?.name === "store");
    if (isAccess || isTaken) return true;
  }
  return false;
}

export function kindOf(file: string): Kind | undefined {
  if (file.startsWith("shared/")) return "shared";
  if (FLOWS.some((place) => (place.endsWith("/") ? file.startsWith(place) : file === place))) return "flow";
  if (file === "worker/ports.ts" || file === "worker/isolate.ts") return "ports";
  if (SHELL.some((place) => file.startsWith(place))) return "shell";
  if (file.startsWith("worker/adapters/")) return "adapter";
  if (ROOT_PURE.includes(file)) return "pure";
  return STAGES.some((stage) => file.startsWith(`worker/${stage}/`)) ? "pure" : undefined;
}

interface Import {
  /** The imported file, or the name of a package. */
  readonly file: string;
  readonly typeOnly: boolean;
}

/** Platform modules: only adapters and the shell may know where they run. */
const PLATFORM = /^(node|cloudflare|workerd):/;

function objectionToImport(kind: Kind, { file, typeOnly }: Import): string | undefined {
  if (PLATFORM.test(file)) {
    return kind === "adapter" || kind === "shell" ? undefined : `${kind} imports the platform (${file})`;
  }
  if (!/^(worker|shared|cli|test|origin-mock)\//.test(file)) return undefined; // a package
  const to = kindOf(file);
  if (!to) return `imports ${file}, which is outside worker/ and shared/`;
  const allowed = typeOnly ? TYPES_FROM : VALUES_FROM;
  return allowed[kind].includes(to) ? undefined : `${kind} imports ${to} (${file})`;
}

function importsOf(program: Syntax, from: string): Import[] {
  const found: Import[] = [];
  for (const node of everyNode(program)) {
    if (!/^(Import(Declaration|Expression)|Export(All|Named)Declaration|TSImportType)$/.test(node.type))
      continue;
    const source = node.source as Syntax | null | undefined;
    if (typeof source?.value !== "string") continue;
    found.push({ file: resolve(from, source.value), typeOnly: isTypeOnly(node) });
  }
  return found;
}

function isTypeOnly(node: Syntax): boolean {
  if (node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = (node.specifiers ?? []) as Syntax[];
  return (
    specifiers.length > 0 &&
    specifiers.every(({ importKind, exportKind }) => importKind === "type" || exportKind === "type")
  );
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith(".") ? new URL(specifier, `file:///${from}`).pathname.slice(1) : specifier;
}

/** Type imports count too: two files that refer to each other can only be understood together. */
export function circlesIn(sources: Sources): Breach[] {
  const graph = new Map(
    Object.entries(sources).map(([file, text]) => [
      file,
      importsOf(syntaxOf(text), file)
        .map(({ file: to }) => to)
        .filter((to) => to in sources),
    ]),
  );
  const breaches: Breach[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      breaches.push({ file, breach: `imports itself in a circle: ${[...path.slice(at), file].join(" → ")}` });
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return breaches;
}
