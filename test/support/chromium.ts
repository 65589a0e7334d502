// A real browser for a test: Chromium, where it is installed (`apt-get install chromium`). Without it such a test is skipped, and says so.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe } from "vitest";

const BINARY = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) =>
  existsSync(file),
);

/** `describe`, or `describe.skip` with the reason in its name. */
export const describeInChromium = (name: string, body: () => void): void => {
  if (BINARY === undefined)
    describe.skip(`${name} (skipped: Chromium is not installed; apt-get install chromium)`, body);
  else describe(name, body);
};

export class Chromium {
  #browser: Browser | undefined;
  #folder = "";

  async start(): Promise<void> {
    this.#folder = await mkdtemp(path.join(os.tmpdir(), "headgate-chromium-"));
    this.#browser = await puppeteer.launch({
      executablePath: BINARY ?? "",
      userDataDir: this.#folder,
      args: [
        "--no-sandbox", // as root, in a container
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A page that notes what the console says is wrong. */
  async page(): Promise<{ page: Page; errors: string[] }> {
    if (!this.#browser) throw new Error("Chromium does not run");
    const page = await this.#browser.newPage();
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warn") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    return { page, errors };
  }
}

export function useChromium(): Chromium {
  const chromium = new Chromium();
  beforeAll(() => chromium.start(), 60_000);
  afterAll(() => chromium.stop());
  return chromium;
}
