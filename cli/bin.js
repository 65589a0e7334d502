#!/usr/bin/env node
// headgate: the command line. A checkout runs its sources, the package what was built from them. The version of Node is looked at
// before anything else is loaded, so that an old one gives a sentence and no stack trace.
import { existsSync } from "node:fs";

// `serve` binds its sockets with a class that came with this version.
const OLDEST_NODE = [24, 19];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  console.error(`headgate needs Node ${OLDEST_NODE.join(".")} or later, and this is ${process.version}.
Node can be a package of your project: npm install --save-dev node@${OLDEST_NODE[0]}. npx and npm scripts then use that one.`);
  process.exitCode = 2;
} else {
  const source = new URL("main.ts", import.meta.url);
  await import(existsSync(source) ? source.href : new URL("../dist/main.js", import.meta.url).href);
}
