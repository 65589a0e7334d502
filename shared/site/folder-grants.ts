// Which sites may serve which folders? One site could name the folder of another, past the rules that guard it there.
import { type Grants, isGranted, readGrantsIn } from "../grants.ts";
import type { Result } from "../result.ts";

const FILES_FOR = { variable: "HEADGATE_FILES_FOR", what: "FOLDER", isName: (name: string) => name !== "" };

/** Undefined if every site may serve every folder. The error is a sentence. */
export const readFolderGrants = (text: string | undefined): Result<Grants | undefined, string> =>
  readGrantsIn(text, FILES_FOR);

/** The folder, and what is in it. */
export function mayServe(grants: Grants | undefined, site: string, folder: string): boolean {
  const names = folder.split("/");
  return names.some((_name, index) => isGranted(grants, site, names.slice(0, index + 1).join("/")));
}
