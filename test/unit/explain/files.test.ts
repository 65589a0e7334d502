// What `explain` says of a route that answers from a folder.
import { describe, expect, it } from "vitest";
import { fileRows } from "../../../cli/printing/file-rows.ts";
import { answerRows } from "../../../cli/printing/stage-rows.ts";
import { explain } from "../../../worker/explaining/explain.ts";
import { aSite, facts, type Imagined } from "./imagine.ts";

const site = aSite({
  pools: {
    web: { origins: [{ id: "one", url: "http://one.test" }], sorry: { respond: { body: "closed" } } },
  },
  routes: [
    {
      id: "mixed",
      match: { path: "/mixed/*" },
      rewrite: { stripPrefix: "/mixed" },
      files: { folder: "shop", else: "web" },
    },
    { id: "app", files: { folder: "shop", spa: true } },
  ],
});
const explained = (path: string, how?: Imagined) => explain(site, facts(`https://shop.test${path}`, how));

describe("a route that answers from a folder", () => {
  it("is explained by where is looked, in order", () => {
    expect(explained("/users/7").files).toEqual({
      folder: "shop",
      looks: [
        { name: "users/7", answer: "200" },
        { name: "users/7/index.html", answer: "301 to ./7/" },
        { name: "index.html", answer: "200" },
      ],
      isImmutable: false,
      otherwise: "404 no-file",
    });
  });

  it("asks no pool unless one follows the folder", () => {
    const alone = explained("/users/7");
    expect([alone.pool, alone.toOrigin]).toEqual([null, null]);
    const followed = explained("/mixed/app.3f9c1e2a.js");
    expect(followed.files).toMatchObject({ isImmutable: true, otherwise: "pool web" });
    expect(followed.pool).toMatchObject({ id: "web", sorry: "the edge" });
    expect(followed.toOrigin?.url).toBe("/app.3f9c1e2a.js");
  });

  it("does not look for what is not asked of files", () => {
    const posted = explained("/mixed/cart", { method: "POST" });
    expect([posted.files, posted.pool?.id]).toEqual([null, "web"]);
    expect(explained("/users/7", { method: "POST" }).refusal).toMatchObject({ reason: "method-not-allowed" });
  });

  it("says how long the edge keeps a file, and whose answer it is", () => {
    expect(explained("/users/7").cache?.notes).toEqual([
      "kept for a second, or a minute if it never changes under its name; on Cloudflare and in `dev` not at all",
    ]);
    expect(answerRows(explained("/users/7"))[0]?.text).toBe("the file's");
    expect(answerRows(explained("/mixed/x"))[0]?.text).toBe("the file's, or the origin's");
  });

  it("is printed as a list of places", () => {
    expect(
      fileRows(explained("/mixed/app.3f9c1e2a.js")).map(({ text, note }) => `${text} | ${note}`),
    ).toEqual([
      "shop/app.3f9c1e2a.js | if there is such a file · kept for a year: its name never means anything else",
      "or shop/app.3f9c1e2a.js/index.html | 301 to ./app.3f9c1e2a.js/",
      "else pool web | undefined",
    ]);
  });
});
