import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { gpus, readGpus } from "./gpus.ts";
import { usedOf } from "./watch.ts";

it("reads the table of nvidia-smi: names with commas, what the driver does not tell, and nothing of what is no table", () => {
  const text = `NVIDIA H200, 143771, 4, 0
NVIDIA RTX A6000, rev 2, 49140, 1024, 87
Tesla K80, 11441, 0, [N/A]
NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.

`;
  expect(readGpus(text)).toEqual([
    { name: "NVIDIA H200", totalBytes: 143771 * 2 ** 20, usedBytes: 4 * 2 ** 20, utilization: 0 },
    { name: "NVIDIA RTX A6000, rev 2", totalBytes: 49140 * 2 ** 20, usedBytes: 2 ** 30, utilization: 0.87 },
    { name: "Tesla K80", totalBytes: 11441 * 2 ** 20, usedBytes: 0, utilization: null },
  ]);
});

it("tells the peak and the mean over all looks", () => {
  const gpu = (usedBytes: number, utilization: number | null) => ({
    name: "G",
    totalBytes: 9,
    usedBytes,
    utilization,
  });
  expect(usedOf([[gpu(1, 0)], [gpu(5, 0.5)], [gpu(3, null)]])).toEqual([
    { name: "G", peakMemoryBytes: 5, meanUtilization: 0.25 },
  ]);
  expect(usedOf([])).toEqual([]);
});

const program = async (script: string) => {
  const folder = await mkdtemp(join(tmpdir(), "gpus-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "nvidia-smi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
};

it.skipIf(process.platform === "win32")("asks the program itself, in its own words", async () => {
  const folder = await program(
    '[ "$1 $2" = "--query-gpu=name,memory.total,memory.used,utilization.gpu --format=csv,noheader,nounits" ] && echo "NVIDIA H200, 143771, 1000, 50"',
  );
  expect(await gpus(folder)).toEqual([
    { name: "NVIDIA H200", totalBytes: 143771 * 2 ** 20, usedBytes: 1000 * 2 ** 20, utilization: 0.5 },
  ]);
});

it.skipIf(process.platform === "win32")(
  "knows of no GPU where the driver fails, whatever is printed, or where there is no program",
  async () => {
    expect(await gpus(await program('echo "NVIDIA H200, 143771, 1000, 50"; exit 9'))).toEqual([]);
    expect(await gpus("/nowhere")).toEqual([]);
  },
);
