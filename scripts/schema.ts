import { writeFile } from "node:fs/promises";
import { schemaText } from "@mlops-actions/project";

if (import.meta.main) await writeFile(new URL("../mlops.schema.json", import.meta.url), schemaText());
