// What it costs to let a request in. Measured on memory hits, where everything else is cheap: by an address list of a thousand ranges, and
// by a signed token whose issuer's keys are at hand and that was verified a moment ago, as nearly all requests of a client with a
// token are. An origin that is told who asks has responses of its own for each client.
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { BY_LIST, BY_TOKEN, BY_TOKEN_AND_TOLD, token } from "../guarded.ts";
import { askFor, KEPT } from "../origin.ts";
import { type Changes, HOST, oneSite } from "../sites.ts";

const WITH_TOKEN = { Authorization: `Bearer ${token()}` };

const contender = (name: string, changes: Changes, headers: Record<string, string> = {}) => ({
  name,
  work: { ...askFor(KEPT, "10k"), headers: { Host: HOST, ...headers } },
  start: (bench: Parameters<typeof onWorkerd>[1]) =>
    onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url, changes) }, bench),
});

export const admission = contest({
  name: "admission",
  title: "10 KB hit in memory, behind rules",
  contenders: [
    contender("open", {}),
    contender("address list", BY_LIST),
    contender("token", BY_TOKEN, WITH_TOKEN),
    contender("token, told", BY_TOKEN_AND_TOLD, WITH_TOKEN),
  ],
  comparisons: [
    { of: "address list", to: "open" },
    { of: "token", to: "open" },
    { of: "token, told", to: "open" },
  ],
});
