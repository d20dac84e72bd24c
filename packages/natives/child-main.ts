// The entry of the measuring child: its own file in the bundle, started by `openMeasuringChild`; and of the threads that it starts.
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { serveMeasuring, serveThread } from "./child/serve.ts";

if (isMainThread) serveMeasuring(process, fileURLToPath(import.meta.url));
else serveThread();
