import { spawn } from "node:child_process";

// The machine's own variables reach a step, but not those of a surrounding job or test runner.
export function inherited(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign =
    /^(GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|VITEST|GIT_|MLOPS_|npm_(?!config_)|NODE_(?!EXTRA_CA_CERTS$)|CI$|TEST$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

/** Runs a script to its end. Cancelled: SIGINT, after 7.5 s SIGTERM, after 2.5 s more SIGKILL. */
export async function spawned(
  node: string,
  main: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  { signal, onOutput }: { signal?: AbortSignal; onOutput?: (text: string) => void },
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(node, [main], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const waits: NodeJS.Timeout[] = [];
  const cancel = () => {
    child.kill("SIGINT");
    waits.push(
      setTimeout(() => child.kill("SIGTERM"), 7_500),
      setTimeout(() => child.kill("SIGKILL"), 10_000),
    );
  };
  signal?.addEventListener("abort", cancel, { once: true });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (part: string) => {
      text[name] += part;
      onOutput?.(part);
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => {
      for (const wait of waits) clearTimeout(wait);
      signal?.removeEventListener("abort", cancel);
      resolve({ exitCode, ...text });
    });
  });
}
