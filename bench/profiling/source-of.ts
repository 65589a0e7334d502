// Which file does a line of the bundle come from? esbuild says so above the code of each. Pure.

const FILE_COMMENT = /^\/\/ ([\w./@-]+\.[jt]s)$/;

/** Lines are counted from 0, as a profile counts them. */
export function sourcesOf(bundle: string): (line: number) => string {
  const files: string[] = [];
  let file = "";
  for (const line of bundle.split("\n")) {
    file = FILE_COMMENT.exec(line)?.[1] ?? file;
    files.push(file);
  }
  return (line) => files[line] ?? "";
}

/** Without the folders that every package of the project has before its name. */
export const shortened = (file: string): string => file.replace(/^.*node_modules\//, "");
