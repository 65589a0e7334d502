import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { judgeHere } from "../../../cli/judge-file.ts";
import { JudgingThread } from "../../../cli/live/judging-thread.ts";
import { PROJECT } from "../../../cli/project.ts";
import { filesAt } from "../../../cli/site-files.ts";
import { problemAt } from "../../../shared/site/problem.ts";

describe("the thread that judges site files", () => {
  const thread = new JudgingThread();
  afterAll(() => thread.stop());

  it("comes to the same as judging here, for every example and for a file with problems", async () => {
    const found = await filesAt([path.join(PROJECT, "sites/examples")]);
    if (!found.ok) throw new Error(found.error);
    const examples = found.value.map(({ name }) => ({ name, text: readFileSync(name, "utf8") }));
    const files = [
      ...examples,
      { name: "broken.yaml", text: "hosts: [a.test]\nroutes: [{ to: nowhere }]\n" },
    ];
    expect(files.length).toBeGreaterThan(10);
    const there = await Promise.all(files.map(({ name, text }) => thread.judge(text, name)));
    for (const [at, { name, text }] of files.entries()) {
      const { site: siteThere, ...rest } = there[at] ?? { problems: [] };
      const { site: siteHere, ...restHere } = await judgeHere(text, name);
      expect(rest).toEqual(restHere);
      const place = problemAt(["hosts", 0], "is a host");
      expect(siteThere?.locate(place)).toEqual(siteHere?.locate(place));
      expect({ ...siteThere, locate: null }).toEqual({ ...siteHere, locate: null });
    }
  });

  it("leaves the thread that asks free meanwhile", async () => {
    const routes = Array.from(
      { length: 3_000 },
      (_, n) => `  - { id: r${n}, match: { path: "/a${n}/*" }, to: web }`,
    );
    const large = `hosts: [large.test]\npools: { web: { origins: [{ id: a, url: "http://127.0.0.1:9" }] } }\nroutes:\n${routes.join("\n")}\n`;
    await thread.judge("hosts: [a.test]\n", "first.yaml"); // it has started
    let turns = 0;
    const turn = setInterval(() => turns++, 1);
    const { site } = await thread.judge(large, "large.yaml");
    clearInterval(turn);
    expect(site?.site.hosts).toEqual(["large.test"]);
    // Here it would have none.
    expect(turns).toBeGreaterThan(5);
  });

  it("is followed by another one after it has ended, which judges the other files", async () => {
    const own = new JudgingThread();
    const text = "hosts: [a.test]\nroutes: [{ id: hello, respond: { body: hi } }]\n";
    // A file always has a name. Without one the thread ends here.
    const ending = own.judge(text, undefined as unknown as string);
    const after = own.judge(text, "a.yaml");
    await expect(ending).rejects.toThrow();
    expect((await after).site?.version).toBe((await judgeHere(text, "a.yaml")).site?.version);
    await own.stop();
  });

  it("says of what was under way that it has been told to end, and judges no more", async () => {
    const own = new JudgingThread();
    const text = "hosts: [a.test]\nroutes: [{ id: hello, respond: { body: hi } }]\n";
    const underWay = [own.judge(text, "a.yaml"), own.judge(text, "b.yaml")];
    const rejected = underWay.map((judged) => expect(judged).rejects.toThrow("it is told to end"));
    await own.stop();
    await Promise.all(rejected);
    await expect(own.judge(text, "a.yaml")).rejects.toThrow("it is told to end");
  });
});
