// The entry of the supervisor: its own file in the bundle, started by the local launcher and by nothing else.
import { supervise } from "./local/supervise.ts";

supervise(process);
