#!/usr/bin/env node
// headgate: the command line. A checkout runs its sources, the package what was built from them. The version of Node is looked at
// before anything else is loaded, so that an old one gives a sentence and no stack trace.
import { existsSync } from "node:fs";

const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`headgate needs Node ${OLDEST_NODE} or later, and this is ${process.version}.
Node can be a package of your project: npm install --save-dev node@${OLDEST_NODE}. npx and npm scripts then use that one.`);
  process.exitCode = 2;
} else {
  const source = new URL("main.ts", import.meta.url);
  await import(existsSync(source) ? source.href : new URL("../dist/main.js", import.meta.url).href);
}
