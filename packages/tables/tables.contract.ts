import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tables, UserError } from "@mlops-actions/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

/** What every engine behind the port promises, in this process or in another. */
export function tablesContract(called: string, open: (tempDirectory: string) => Promise<Tables>): void {
  describe(`Tables ${called}`, () => {
    let folder: string;
    let tables: Tables;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "contract-"));
      tables = await open(folder);
    });
    afterAll(async () => {
      await tables.close();
      await rm(folder, { recursive: true });
    });
    const file = async (name: string, content: string) => {
      await writeFile(join(folder, name), content);
      return { files: [join(folder, name)], label: name };
    };

    it("reads a file into a table with types, presence and the digest of its bytes", async () => {
      const opened = await tables.open(
        "first",
        await file("a.csv", 'id,score,word\n1,0.5,x\n2,nan,""\n3,,\n4,inf,y\n'),
      );
      expect(opened.rows).toBe(4);
      expect(opened.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
        "id integer",
        "score number",
        "word string",
      ]);
      expect(opened.columns[1]?.presence).toEqual({
        rows: 4,
        missing: 1,
        empty: 0,
        nan: 1,
        infinite: 1,
        present: 1,
      });
      expect(opened.columns[2]?.presence).toEqual({
        rows: 4,
        missing: 1,
        empty: 1,
        nan: 0,
        infinite: 0,
        present: 2,
      });
      // sha256sum of the same bytes
      expect(opened.files).toEqual([
        {
          name: "a.csv",
          digest: { sha256: "080b70b53495ffc822ac4f549a9cc2177cc7c52c121070e572bd3ec4492177fc" },
        },
      ]);
    });

    it("gives rows as plain values that the caller's schema checks", async () => {
      const row = z.object({
        n: z.int(),
        x: z.number(),
        day: z.string(),
        list: z.array(z.int()),
        no: z.null(),
      });
      const sql =
        "SELECT 7::BIGINT AS n, 0.5::DECIMAL(9,2) AS x, DATE '2024-02-29' AS day, [1, 2] AS list, NULL AS no";
      expect(await tables.query(sql, row)).toEqual([
        { n: 7, x: 0.5, day: "2024-02-29", list: [1, 2], no: null },
      ]);
      await expect(tables.query("SELECT 'seven' AS n", z.object({ n: z.int() }))).rejects.toThrow(z.ZodError);
    });

    it("throws for integers beyond 2^53 and for more than 100,000 rows", async () => {
      await expect(tables.query("SELECT 9007199254740993 AS n", z.unknown())).rejects.toThrow("beyond 2^53");
      await expect(tables.query("SELECT * FROM range(100001)", z.unknown())).rejects.toThrow("100000 rows");
      expect(await tables.query("SELECT * FROM range(100000)", z.unknown())).toHaveLength(100_000);
    });

    it("keeps tables made by a query for the next one", async () => {
      await tables.query("CREATE TEMP TABLE made AS SELECT 1 AS x", z.unknown());
      expect(await tables.query("SELECT x FROM made", z.unknown())).toEqual([{ x: 1 }]);
    });

    it("answers questions asked at once", async () => {
      const asked = [1, 2, 3, 4].map((n) => tables.query(`SELECT ${n} AS n`, z.object({ n: z.int() })));
      expect((await Promise.all(asked)).flat()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
    });

    it("ends a broken file in a fault with its place, and goes on", async () => {
      const error = await tables
        .open("broken", await file("broken.csv", "a,b\n1,2\n3\n"))
        .catch((fault) => fault);
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ code: "csv-ragged", at: { file: "broken.csv", line: 3 } });
      expect(await tables.query("SELECT 1 AS x", z.unknown())).toEqual([{ x: 1 }]);
    });

    it.each(["parquet", "csv"] as const)(
      "saves what a query selects as %s, which reads back",
      async (format) => {
        const target = join(folder, `saved.${format}`);
        const sql = "SELECT i AS id, 'a,\"b' AS word FROM range(3) AS t(i) -- all";
        expect(await tables.save(sql, format, target)).toEqual({ rows: 3 });
        const opened = await tables.open(`saved_${format}`, { files: [target], label: "saved" });
        expect(opened).toMatchObject({ rows: 3, columns: [{ name: "id" }, { name: "word" }] });
        expect(await tables.query(`SELECT word FROM saved_${format} LIMIT 1`, z.unknown())).toEqual([
          { word: 'a,"b' },
        ]);
        // What is there is not replaced.
        await expect(tables.save(sql, format, target)).rejects.toThrow(/exists/);
      },
    );

    it.each([
      "COPY (SELECT 1) TO '/tmp/x'",
      "SELECT 1; SELECT 2",
      "DROP TABLE first",
      "SELECT * FROM read_text('/etc/passwd')",
    ])("saves nothing of %s", async (sql) => {
      await expect(tables.save(sql, "csv", join(folder, "no.csv"))).rejects.toThrow(
        /Only what is selected|One statement|Permission Error/,
      );
    });

    it.each([
      "COPY (SELECT 1) TO '/tmp/out.csv'",
      "COPY first TO '/tmp/out.csv' (USE_TMP_FILE false)",
      "ATTACH '/tmp/other.db'",
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM read_csv('/proc/self/environ')",
      "SELECT * FROM read_text('../package.json')",
      "SELECT * FROM glob('/*')",
      "INSTALL httpfs",
      "LOAD httpfs",
      "SET threads = 1",
      "RESET enable_external_access",
      "EXPORT DATABASE '/tmp/exported'",
      "CALL enable_logging()",
      "SELECT 1; SELECT 2",
    ])("refuses %s", async (sql) => {
      await expect(tables.query(sql, z.unknown())).rejects.toThrow(
        /Permission Error|selects, creates or drops|One statement|No function|does not exist/,
      );
    });
  });
}
