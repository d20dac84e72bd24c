// The entry of the process that holds one model: its own file in the bundle, started by `startEngine`.
import { serveEngine } from "./engine/serve.ts";

serveEngine(process);
