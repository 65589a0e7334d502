// The JSON in docs/commands.md: a fenced block with a name, "```json reload".
import { readFileSync } from "node:fs";
import path from "node:path";

const PAGE = path.join(import.meta.dirname, "../../docs/commands.md");

/** Each line of the block, or all of it, as a value. */
export function documented(name: string): unknown[] {
  const [, block] =
    new RegExp(`^\`\`\`json ${name}\\n([\\s\\S]*?)^\`\`\``, "m").exec(readFileSync(PAGE, "utf8")) ?? [];
  if (block === undefined) throw new Error(`docs/commands.md has no JSON called ${name}`);
  const texts = block.startsWith("{\n") ? [block] : block.trim().split("\n");
  return texts.map((text): unknown => JSON.parse(text));
}
