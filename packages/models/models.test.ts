import { openDuckdb, openPlain } from "@mlops-actions/tables";
import { modelsContract } from "./models.contract.ts";
import { openOnnx } from "./models.ts";

modelsContract("in this process", async (tempDirectory) => {
  const tables = await openDuckdb({ memoryMb: 512, threads: 2, tempDirectory });
  return { tables, models: openOnnx({ rows: tables.rows, open: openPlain }), close: () => tables.close() };
});
