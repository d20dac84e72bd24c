import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { demo } from "./demo.ts";

const { values } = parseArgs({ options: { "no-python": { type: "boolean", default: false } } });
const { stdout } = process;
const isTerminal = stdout.isTTY === true;

const isRight = await demo({
  root: resolve(import.meta.dirname, ".."),
  usePython: !values["no-python"],
  env: process.env,
  terminal: {
    write: (text) => void stdout.write(text),
    color: isTerminal && stdout.hasColors(),
    unicode: isTerminal,
    width: isTerminal ? Math.min(stdout.columns, 110) : 100,
    now: () => performance.now(),
  },
});
process.exitCode = isRight ? 0 : 1;
