// The entry of the measuring child: its own file in the bundle, started by `openMeasuringChild` and by nothing else.
import { serveTables } from "./child/main.ts";

serveTables(process);
