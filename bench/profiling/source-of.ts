// Which source file does a line of the bundle come from? esbuild names it above each file's code. Pure.

const FILE_COMMENT = /^\/\/ ([\w./@-]+\.[jt]s)$/;

/** Lines start at 0, as in a profile. */
export function sourcesOf(bundle: string): (line: number) => string {
  const files: string[] = [];
  let file = "";
  for (const line of bundle.split("\n")) {
    file = FILE_COMMENT.exec(line)?.[1] ?? file;
    files.push(file);
  }
  return (line) => files[line] ?? "";
}

/** Without the leading folders that all packages of the project share. */
export const shortened = (file: string): string => file.replace(/^.*node_modules\//, "");
