import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";

const GTO = "1.10.1";

/** The `gto` of the Python that MLOPS_PYTHON names; `undefined` where it has none of the version that is compared with. */
export function findGto(): { run: (cwd: string, ...args: string[]) => string } | { missing: string } {
  const python = process.env.MLOPS_PYTHON ?? "python3";
  const asked = spawnSync(python, ["-c", "import gto, sys; print(gto.__version__, sys.executable)"], {
    encoding: "utf8",
  });
  const [version, executable = ""] = asked.stdout?.trim().split(" ") ?? [];
  if (asked.status !== 0 || version !== GTO)
    return { missing: `${python} lacks gto ${GTO} (set MLOPS_PYTHON; pip install gto==${GTO})` };
  return {
    run: (cwd, ...args) => {
      const { status, stdout, stderr } = spawnSync(join(dirname(executable), "gto"), args, {
        cwd,
        encoding: "utf8",
        maxBuffer: 256 * 1024 * 1024,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, GIT_CONFIG_GLOBAL: "/dev/null" },
      });
      if (status !== 0) throw new Error(`gto ${args.join(" ")}: ${stdout}${stderr}`);
      return stdout;
    },
  };
}
