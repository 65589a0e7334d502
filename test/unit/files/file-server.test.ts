// The reader of `headgate serve`: what is in the folder, and nothing else, however it is asked and whatever lies there. The links are those that
// nginx-tests asks of `disable_symlinks` (http_disable_symlinks.t).
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type FileServer, openFileServer } from "../../../cli/files/file-server.ts";
import { PROJECT } from "../../../cli/project.ts";
import { boundFiles } from "../../../worker/adapters/bound-files.ts";
import { weaklyMatches } from "../../../worker/caching/law/validators.ts";
import { filesContract } from "../../contract/files.contract.ts";

/** As workerd's binding does: with the field that opens the server. */
const bound = ({ port, secret }: FileServer) =>
  boundFiles(
    {
      fetch: (url, init) =>
        fetch(url.replace("http://files", `http://127.0.0.1:${port}`), {
          ...init,
          headers: { ...(init.headers as Record<string, string>), [secret.name]: secret.value },
        }),
    },
    "standalone",
  );

let examples: FileServer;
beforeAll(async () => {
  examples = await openFileServer(path.join(PROJECT, "sites/files"));
});
afterAll(() => examples.close());

filesContract("the files of headgate serve", () => bound(examples));

describe("the reader of files", () => {
  let root: string;
  let server: FileServer;
  beforeAll(async () => {
    const top = await mkdtemp(path.join(os.tmpdir(), "headgate-files-"));
    root = path.join(top, "files");
    await mkdir(path.join(root, "shop/docs"), { recursive: true });
    await mkdir(path.join(root, "other"));
    await mkdir(path.join(top, "releases/5"), { recursive: true });
    await writeFile(path.join(top, "secret.txt"), "secret");
    await writeFile(path.join(top, "releases/5/a.txt"), "released");
    await writeFile(path.join(root, "other/o.txt"), "of another");
    await writeFile(path.join(root, "shop/a.txt"), "0123456789");
    await writeFile(path.join(root, "shop/empty.txt"), "");
    await symlink("../../secret.txt", path.join(root, "shop/out.txt"));
    await symlink("/etc/passwd", path.join(root, "shop/passwd"));
    await symlink("../other", path.join(root, "shop/sideways"));
    await symlink("..", path.join(root, "shop/docs/up"));
    await symlink("a.txt", path.join(root, "shop/inside.txt"));
    await symlink("a.txt", path.join(root, "shop/A.TXT"));
    await symlink("docs", path.join(root, "shop/Docs"));
    await writeFile(path.join(root, "shop/docs/d.txt"), "a document");
    await symlink("loop", path.join(root, "shop/loop"));
    await symlink("/etc", path.join(root, "shop/etc"));
    await symlink("../releases/5", path.join(root, "live"));
    execFileSync("mkfifo", [path.join(root, "shop/pipe")]);
    server = await openFileServer(root);
  });
  afterAll(async () => {
    server.close();
    await rm(path.dirname(root), { recursive: true });
  });

  const text = async (name: string, folder = "shop") => {
    const found = await bound(server).fetch({ folder, name, method: "GET" });
    if (!found.ok) return found.error.message;
    return found.value && (await new Response(found.value.body).text());
  };

  it.each([
    ["a link out of all folders", "out.txt"],
    ["a link to a file of the system", "passwd"],
    ["a link into another folder", "sideways/o.txt"],
    ["a link up and out", "docs/up/../other/o.txt"],
    ["a link to itself", "loop"],
    ["a link to a folder of the system", "etc/passwd"],
    ["a pipe, which nobody writes to", "pipe"],
    ["a folder", "docs"],
    ["below a file", "a.txt/b"],
    ["a name that is too long", "x".repeat(300)],
  ])("has nothing at %s", async (_what, name) => {
    expect(await text(name)).toBeUndefined();
  });

  it("follows links that stay in the folder, and the operator's own to a folder", async () => {
    expect(await text("inside.txt")).toBe("0123456789");
    expect(await text("docs/up/a.txt")).toBe("0123456789");
    expect(await text("A.TXT"), "a link that differs in case alone").toBe("0123456789");
    expect(await text("Docs/d.txt")).toBe("a document");
    expect(await text("a.txt", "live")).toBe("released");
  });

  it("says why a folder cannot be read which leads out of the first one, or is not there", async () => {
    expect(await text("passwd", "shop/etc")).toBe("Error: etc leads out of shop");
    expect(await text("a.txt", "caf\u00e9")).toMatch(
      /^Error: ENOENT: no such file or directory.*caf\u00e9'$/,
    );
    const asked = await bound(server).fetch({ folder: "nowhere", name: "a.txt", method: "HEAD" });
    expect(!asked.ok && asked.error.message).toMatch(/ENOENT/);
  });

  it("has a weak tag in the first second, which does not match the strong one that follows it", async () => {
    const file = path.join(root, "shop/twice.txt");
    const tagAt = async (modified: number) => {
      await utimes(file, new Date(modified), new Date(modified));
      const found = await bound(server).fetch({ folder: "shop", name: "twice.txt", method: "HEAD" });
      return found.ok ? String(found.value?.etag) : found.error.message;
    };
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const written = Date.now();
      await writeFile(file, "once");
      const early = await tagAt(written);
      expect(early).toMatch(/^W\//);
      await writeFile(file, "more");
      expect(await tagAt(written), "of another text of the same tick").toBe(early);
      vi.setSystemTime(written + 1_001);
      const late = await tagAt(written);
      expect(late).toMatch(/^"/);
      expect(weaklyMatches(late, early)).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it("never gives what a link leads to that is put there while it is asked", async () => {
    const file = path.join(root, "shop/raced.txt");
    const harmless = path.join(root, "shop/harmless");
    const evil = path.join(root, "shop/evil");
    let isRacing = true;
    const racing = (async () => {
      while (isRacing) {
        await writeFile(harmless, "harmless");
        await rename(harmless, file);
        await symlink("../../secret.txt", evil);
        await rename(evil, file);
      }
    })();
    const given = new Set<string | undefined>();
    for (let round = 0; round < 40; round++)
      for (const one of await Promise.all(Array.from({ length: 10 }, () => text("raced.txt"))))
        given.add(one);
    isRacing = false;
    await racing;
    expect([...given].filter((one) => one !== undefined && one !== "harmless")).toEqual([]);
    expect(given).toContain("harmless");
  });

  it("gives ranges, and the whole for one that is not within the file", async () => {
    const ask = async (first: number, last: number) => {
      const found = await bound(server).fetch({
        folder: "shop",
        name: "a.txt",
        method: "GET",
        range: { first, last },
      });
      if (!found.ok || !found.value) throw new Error("nothing");
      return [found.value.isPart, found.value.bytes, await new Response(found.value.body).text()];
    };
    expect(await ask(2, 4)).toEqual([true, 10, "234"]);
    expect(await ask(9, 9)).toEqual([true, 10, "9"]);
    expect(await ask(9, 10)).toEqual([false, 10, "0123456789"]);
    expect(await text("empty.txt")).toBe("");
  });

  it("breaks the transfer of a file that becomes shorter, and cuts one that grows", async () => {
    const file = path.join(root, "shop/big.bin");
    await writeFile(file, Buffer.alloc(50_000_000));
    const found = await bound(server).fetch({ folder: "shop", name: "big.bin", method: "GET" });
    if (!found.ok || !found.value?.body) throw new Error("nothing");
    const reader = found.value.body.getReader();
    await reader.read();
    await truncate(file, 1_000);
    const rest = (async () => {
      for (;;) if ((await reader.read()).done) return "whole";
    })();
    await expect(rest).rejects.toThrow();
  });

  it("opens to nobody who has not the secret of the run, and takes no other method", async () => {
    const asked = (headers: Record<string, string>, method = "GET") =>
      new Promise<number | undefined>((resolve, reject) => {
        http
          .request({ port: server.port, path: "/shop/a.txt", method, headers }, (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          })
          .on("error", reject)
          .end();
      });
    const folder = { "headgate-folder": "shop" };
    const { name, value } = server.secret;
    expect(await asked(folder)).toBe(403);
    expect(await asked({ ...folder, [name]: value.replace(/.$/, "x") })).toBe(403);
    expect(await asked({ ...folder, [name]: value })).toBe(200);
    expect(await asked({ ...folder, [name]: value }, "PUT")).toBe(405);
    expect(await asked({ [name]: value })).toBe(404);
  });
});
