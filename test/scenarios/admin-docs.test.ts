// docs/admin.md and docs/purging.md show what the admin API and its commands really answer: each example is run against an edge, and the
// page compared with what came out. After a change that is meant: npx vitest run test/scenarios/admin-docs.test.ts -u
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const DOCS = path.join(import.meta.dirname, "../../docs");
const ADMIN = "https://admin.example.com";
const SECRET = "a-secret-that-opens-everything";
const NOW = 1_801_396_800_000;

const edge = useEdge({ TEST_KEEPERS: "yes", HEADGATE_ADMIN_HOST: "127.0.0.1", HEADGATE_ADMIN_TOKEN: SECRET });
const origin = useOrigin((_request, response) => {
  response.sendDate = false; // the edge's clock is ahead
  response.setHeader("cache-control", "max-age=3600");
  response.end("a page");
});

beforeAll(async () => {
  await edge.stopClockAt(NOW);
  const shop = await edge.site({
    hosts: ["shop.example.com", "*.shop.example.com"],
    pools: {
      web: {
        origins: [
          { id: "fra", url: origin.url },
          { id: "iad", url: origin.url, tier: 1 },
        ],
        health: { path: "/healthz" },
      },
    },
    routes: [
      { id: "old", match: { path: "/old/*" }, redirect: { to: "/new/*" } },
      { id: "assets", match: { path: "/assets/*" }, to: "web" },
    ],
  });
  for (let count = 0; count < 180; count++) await shop.get("/assets/x.js");
  for (let count = 0; count < 12; count++) await shop.get(`/assets/${count}.js`);
  for (let count = 0; count < 6; count++) await shop.get("/old/a");
  for (let count = 0; count < 3; count++) await shop.get("/nothing");
  await edge.settled();
  await edge.advance(12_000);
  await shop.get("/old/a"); // and the isolate reports
  await edge.settled();
  await edge.advance(50_000);
});

describe.each(["admin.md", "purging.md"])("docs/%s", (page) => {
  it("shows what the admin API and its commands answer", { timeout: 60_000 }, async () => {
    const file = path.join(DOCS, page);
    let actual = "";
    for (const part of readFileSync(file, "utf8").split(/^(```console\n[\s\S]*?^```\n)/m)) {
      // Signing needs no edge; test/unit/cli/signing/signing-wish.test.ts has its examples.
      if (!part.startsWith("```console\n") || part.includes("headgate sign")) {
        actual += part;
        continue;
      }
      const ran: string[] = [];
      for (const line of part.split("\n").filter((each) => each.startsWith("$ ")))
        ran.push(`${line}\n${await outputOf(line)}`);
      actual += `\`\`\`console\n${ran.join("")}\`\`\`\n`;
    }
    await expect(actual).toMatchFileSnapshot(file);
  });
});

async function outputOf(line: string): Promise<string> {
  const [, program = "", rest = ""] = /^\$ (curl|npx headgate) (.*)$/.exec(line) ?? [];
  const words = [...rest.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? "").replace(ADMIN, edge.url),
  );
  const text = program === "curl" ? await curl(words) : await headgate(words);
  return text
    .replaceAll(edge.url, ADMIN)
    .replaceAll(/"requestId":"[\da-f]{32}"/g, '"requestId":"…"')
    .replaceAll(/\b(?=\d*[a-f])[\da-f]{12}\b/g, "8e1fc4ef7060"); // the version: the port of the origin is in it
}

async function curl(words: readonly string[]): Promise<string> {
  const given = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
  const answer = await fetch(words.at(-1) ?? "", {
    method: given("-X") ?? "GET",
    headers: { authorization: `Bearer ${SECRET}`, "content-type": "application/json" },
    body: given("-d") ?? null,
  });
  return answer.text();
}

async function headgate(words: readonly string[]): Promise<string> {
  const { out, err } = await runHeadgate(import.meta.dirname, words, { HEADGATE_TOKEN: SECRET });
  return err + out;
}
