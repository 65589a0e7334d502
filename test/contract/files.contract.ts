// What every place of files promises, for the folder sites/files.
import { describe, expect, it } from "vitest";
import type { FileAsk, Files } from "../../worker/ports.ts";

const SCRIPT = "assets/app.3f9c1e2a.js";

export function filesContract(name: string, make: () => Files): void {
  const fetched = async (ask: Partial<FileAsk> & { readonly name: string }) => {
    const found = await make().fetch({ folder: "app", method: "GET", ...ask });
    if (!found.ok) throw new Error(found.error.message);
    return found.value;
  };
  const textOf = (body: ReadableStream<Uint8Array> | null | undefined) => new Response(body ?? null).text();

  describe(name, () => {
    it("has a file under its exact name, with an entity tag", async () => {
      const file = await fetched({ name: "index.html" });
      expect(await textOf(file?.body)).toContain("<h1>Orders</h1>");
      expect(file?.etag).toMatch(/^(?:W\/)?".+"$/);
    });

    it("tells the same of it without its body", async () => {
      const [whole, head] = await Promise.all([
        fetched({ name: SCRIPT }),
        fetched({ name: SCRIPT, method: "HEAD" }),
      ]);
      const text = await textOf(whole?.body);
      expect(head?.etag).toBe(whole?.etag);
      expect(head?.body).toBeNull();
      for (const file of [whole, head]) expect([undefined, text.length]).toContain(file?.bytes);
    });

    it("gives precompressed siblings as the bytes that they are", async () => {
      const gz = await fetched({ name: `${SCRIPT}.gz` });
      const bytes = new Uint8Array(await new Response(gz?.body ?? null).arrayBuffer());
      expect([...bytes.slice(0, 2)]).toEqual([0x1f, 0x8b]);
    });

    it("gives a range, or the whole", async () => {
      const text = await textOf((await fetched({ name: SCRIPT }))?.body);
      const part = await fetched({ name: SCRIPT, range: { first: 3, last: 9 } });
      expect(await textOf(part?.body)).toBe(part?.isPart ? text.slice(3, 10) : text);
      expect(part?.etag).toBeTruthy();
    });

    it.each([
      ["a file that is not there", "none.html"],
      ["a folder", "assets"],
      ["a name in another case", "INDEX.html"],
      ["a page without its ending", "index"],
      ["a way out of the folder", "../app/index.html"],
      ["a way out by a folder that is there", "assets/../../app/index.html"],
      ["an encoded way out", "..%2fapp/index.html"],
      ["a slash at the end", "index.html/"],
      ["two slashes", "assets//app.3f9c1e2a.js"],
      ["NUL", "index.html\0"],
    ])("has nothing for %s", async (_what, name) => {
      expect(await fetched({ name })).toBeUndefined();
    });

    it("measures a file, and nothing that is not there", async () => {
      const text = await textOf((await fetched({ name: SCRIPT }))?.body);
      expect(await make().measure("app", SCRIPT)).toEqual({ ok: true, value: text.length });
      expect(await make().measure("app", "none")).toEqual({ ok: true, value: undefined });
    });

    it("reads the rules of the folder as text", async () => {
      expect(await make().readText("app", "_redirects")).toMatchObject({
        ok: true,
        value: expect.stringContaining("/orders.php"),
      });
      expect(await make().readText("app", "_none")).toEqual({ ok: true, value: undefined });
    });
  });
}
