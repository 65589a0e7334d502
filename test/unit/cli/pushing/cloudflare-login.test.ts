// Which account and which namespace does a push find, and what does it say where it finds none?
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openCloudflare } from "../../../../cli/pushing/cloudflare-login.ts";
import { ACCOUNT, NAMESPACE, TOKEN, useFakeCloudflare } from "../../../support/fake-cloudflare.ts";
import { useFolder } from "../run-headgate.ts";

const configuration = (id: string, more = "") => `name = "edge"
main = "x.js"
compatibility_date = "2026-11-01"
${more}
kv_namespaces = [{ binding = "SITES"${id} }]
[env.staging]
kv_namespaces = [{ binding = "SITES"${id} }]
`;
const WITH_ID = configuration(`, id = "${NAMESPACE}"`);

describe("the store of a push to Cloudflare", () => {
  const fake = useFakeCloudflare();
  const folder = useFolder({
    "wrangler.toml": WITH_ID,
    "no-id/wrangler.toml": configuration("", `account_id = "${ACCOUNT}"`),
    "with-env/wrangler.toml": WITH_ID,
    "with-env/.env": `CLOUDFLARE_API_TOKEN=${TOKEN}\nCLOUDFLARE_ACCOUNT_ID=${ACCOUNT}\n`,
    "with-env/.env.staging": "CLOUDFLARE_API_TOKEN='of another account'\n",
  });

  /** Opens it and looks into it: null if that works, the sentence if it does not. */
  const open = async (
    more: Record<string, string> = {},
    {
      config = "wrangler.toml",
      env,
      binding = "SITES",
    }: { config?: string; env?: string; binding?: string } = {},
  ): Promise<string | null> => {
    const place = { configFile: path.join(folder.path, config), env, binding };
    const opened = await openCloudflare(place, { ...fake.environment, ...more }, { tell: () => {} });
    if (!opened.ok) return opened.error;
    const read = await opened.value.store.read(["site:a.test"]);
    return read.ok ? null : read.error;
  };

  it("is the one of the configuration", async () => {
    expect(await open()).toBeNull();
    expect(fake.calls.map(({ operation }) => operation)).toEqual(["get"]);
  });

  it.each([undefined, "staging"])(
    "is that of the deployed Worker if no id is configured, environment %s",
    async (env) => {
      expect(
        await open({ CLOUDFLARE_ACCOUNT_ID: "" }, { config: "no-id/wrangler.toml", ...(env && { env }) }),
      ).toBeNull();
      expect(fake.calls.map(({ operation }) => operation)).toEqual(["settings", "get"]);
      expect(fake.settingsOf).toEqual([env === undefined ? "edge" : "edge-staging"]);
    },
  );

  it("is not there before the first deploy", async () => {
    fake.fails("settings", { status: 404 });
    const advice = "run `npx wrangler deploy`, which creates its store";
    expect(await open({}, { config: "no-id/wrangler.toml" })).toBe(
      `the Worker edge is not deployed yet: ${advice}`,
    );
    fake.bindings = [];
    expect(await open({}, { config: "no-id/wrangler.toml" })).toBe(
      `the deployed Worker edge has no binding SITES: ${advice}`,
    );
  });

  it("is in the only account of a login", async () => {
    expect(await open({ CLOUDFLARE_ACCOUNT_ID: "" })).toBeNull();
    expect(fake.calls.map(({ operation }) => operation)).toEqual(["accounts", "get"]);
    fake.accounts = [...fake.accounts, { id: "0c", name: "Other" }];
    expect(
      await open({ CLOUDFLARE_ACCOUNT_ID: "" }),
    ).toBe(`the login belongs to several accounts: set \`account_id\` in wrangler's configuration, or CLOUDFLARE_ACCOUNT_ID
  ${ACCOUNT}  Example
  0c  Other`);
    fake.accounts = [];
    expect(await open({ CLOUDFLARE_ACCOUNT_ID: "" })).toMatch(/^the login belongs to no account/);
  });

  it("takes its token from .env beside the configuration, and from the file of the environment before that", async () => {
    const env = { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_ACCOUNT_ID: "" };
    const config = "with-env/wrangler.toml";
    expect(await open(env, { config })).toBeNull();
    expect(await open(env, { config, env: "staging" })).toMatch(/^CLOUDFLARE_API_TOKEN is not a token/);
  });

  it("takes a token with the end of a line", async () => {
    expect(await open({ CLOUDFLARE_API_TOKEN: `${TOKEN}\n` })).toBeNull();
  });

  it.each<[string, Record<string, string>, object, RegExp]>([
    [
      "something that is no token",
      { CLOUDFLARE_API_TOKEN: "two words" },
      {},
      /^CLOUDFLARE_API_TOKEN is not a token: it has spaces or control characters$/,
    ],
    [
      "an account of others",
      { CLOUDFLARE_ACCOUNT_ID: "0d" },
      {},
      /^Cloudflare answered 404: namespace not found/,
    ],
    [
      "an environment that is not configured",
      {},
      { env: "nope" },
      /No environment found in configuration with name "nope"/,
    ],
    [
      "a binding that is not configured",
      {},
      { binding: "NOPE" },
      /wrangler\.toml has no KV namespace with the binding NOPE$/,
    ],
  ])("is not found with %s", async (_what, more, place, sentence) => {
    expect(await open(more, place)).toMatch(sentence);
  });
});
