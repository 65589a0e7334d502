// The bars that the project sets for itself, as data. A miss is printed. It makes the benchmark exit with 1 only under
// `--strict`: CI times nothing.

export interface Bar {
  readonly claim: string;
  readonly row: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export const BARS: readonly Bar[] = [
  { claim: "memory-hit", row: "headgate / map", atLeast: 0.8 },
  { claim: "memory-hit", row: "headgate, as run / map", atLeast: 0.8 },
  { claim: "cache-api-hit", row: "headgate, no memory tier / caches.default", atLeast: 0.9 },
  { claim: "cache-api-hit", row: "headgate / caches.default", atLeast: 2 },
  { claim: "compressed-hit", row: "headgate, gzip / nginx, gzip", atLeast: 2 },
  { claim: "pass-10k", row: "headgate / bare fetch", atLeast: 0.85 },
  { claim: "pass-10k", row: "headgate / reflare", atLeast: 1.2 },
  { claim: "pass-10k", row: "headgate / minimal proxy", atLeast: 0.75 },
  { claim: "pass-1m", row: "headgate / bare fetch", atLeast: 0.85 },
  { claim: "pass-1m", row: "headgate / reflare", atLeast: 1.2 },
  { claim: "routes", row: "10,000 routes / 10 routes", atLeast: 0.95 },
  { claim: "sites", row: "10,000 sites / 1 site", atLeast: 0.95 },
  { claim: "sites-in-kv", row: "10,000 sites / 1 site", atLeast: 0.95 },
  { claim: "features", row: "every feature / plain", atLeast: 0.7 },
  { claim: "features-passed", row: "every feature / plain", atLeast: 0.7 },
  { claim: "limits", row: "limit on another route / no limit", atLeast: 0.95 },
  { claim: "limits", row: "limit by ip / no limit", atLeast: 0.85 },
  { claim: "admission", row: "token / open", atLeast: 0.85 },
  { claim: "log-hit", row: "log on / log off", atLeast: 0.95 },
  { claim: "processes", row: "two processes / one process", atLeast: 1.3 },
  { claim: "streaming", row: "download, headgate / bare fetch", atLeast: 0.9 },
  { claim: "streaming", row: "upload, headgate / bare fetch", atLeast: 0.9 },
  { claim: "streaming", row: "memory grown by a download", atMost: 150 },
  { claim: "streaming", row: "memory grown by an upload", atMost: 150 },
  { claim: "idle-clients", row: "memory grown by 1,000 clients", atMost: 100 },
  { claim: "bundle", row: "gzipped", atMost: 150 },
  { claim: "start-up", row: "isolate start-up", atMost: 50 },
  { claim: "first-answer", row: "10,000 routes", atMost: 150 },
];
