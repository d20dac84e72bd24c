import { type Place, UserError } from "@mlops-actions/core";

type Variables = Readonly<Record<string, string | undefined>>;

// What programs need to find themselves, their user and their libraries. None of it is a secret where it is used as it is meant.
const PLAIN = [
  ..."PATH HOME USER LOGNAME SHELL LANG LANGUAGE LC_* TZ TMPDIR TMP TEMP CI".split(" "),
  // Environments of languages, and where tools keep what they have downloaded.
  ..."VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV CONDA_EXE PYTHONPATH PYTHONUNBUFFERED PYENV_ROOT PYENV_VERSION".split(
    " ",
  ),
  ..."pythonLocation Python_ROOT_DIR Python2_ROOT_DIR Python3_ROOT_DIR JAVA_HOME R_LIBS R_LIBS_USER JULIA_DEPOT_PATH".split(
    " ",
  ),
  ..."UV_CACHE_DIR UV_PROJECT_ENVIRONMENT UV_PYTHON UV_PYTHON_INSTALL_DIR UV_LINK_MODE UV_FROZEN POETRY_VIRTUALENVS_PATH".split(
    " ",
  ),
  ..."XDG_CACHE_HOME XDG_DATA_HOME XDG_CONFIG_HOME HF_HOME TORCH_HOME SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE".split(
    " ",
  ),
  // Libraries, processors and GPUs.
  ..."LD_LIBRARY_PATH CUDA_HOME CUDA_PATH CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES NVIDIA_DRIVER_CAPABILITIES".split(
    " ",
  ),
  ..."OMP_NUM_THREADS MKL_NUM_THREADS OPENBLAS_NUM_THREADS".split(" "),
  // By this the runner ends what a job has left, should we not be there to do it.
  "RUNNER_TRACKING_ID",
  // Windows.
  ..."SystemRoot SystemDrive windir ComSpec PATHEXT USERPROFILE APPDATA LOCALAPPDATA ProgramData ProgramFiles".split(
    " ",
  ),
];

/** What gives rights over this run. It never passes to a command of the project's, whoever asks. */
const OURS = [
  ..."GITHUB_TOKEN ACTIONS_* INPUT_* STATE_*".split(" "),
  ..."GITHUB_ENV GITHUB_OUTPUT GITHUB_PATH GITHUB_STATE GITHUB_STEP_SUMMARY".split(" "),
];

const PATTERN = /^[A-Za-z_][A-Za-z0-9_]*\*?$/;

export interface Passed {
  env: Record<string, string>;
  /** The names, for the evidence. */
  names: string[];
  /** The values of what the project named: they are not to be shown. */
  secrets: string[];
}

/**
 * The variables that training sees: a short list without secrets, and what the project names.
 * @throws UserError `env-pattern`, `env-forbidden` at the place of the pattern
 */
export function passedOn(
  environment: Variables,
  asked: readonly string[],
  placeOf: (index: number) => Place,
): Passed {
  for (const [i, pattern] of asked.entries()) check(pattern, placeOf(i));
  const env: Record<string, string> = {};
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || OURS.some((one) => fits(name, one))) continue;
    const isNamed = asked.some((one) => fits(name, one));
    if (!isNamed && !PLAIN.some((one) => fits(name, one))) continue;
    env[name] = value;
    if (isNamed) secrets.push(value);
  }
  return { env, names: Object.keys(env).sort(), secrets };
}

/** The variables that `data.fetch` sees: it runs with the credentials of its job, but for those over the run itself. */
export function passedToFetch(environment: Variables): Passed {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || OURS.some((one) => fits(name, one)) ? [] : [[name, value] as const],
  );
  const env = Object.fromEntries(kept);
  // Which of them are credentials nobody says; what is neither a path nor a word of the list may be one.
  const secrets = kept.flatMap(([name, value]) => (PLAIN.some((one) => fits(name, one)) ? [] : [value]));
  return {
    env,
    names: Object.keys(env).sort(),
    secrets: secrets.filter((value) => LIKE_A_SECRET.test(value)),
  };
}

// Without a space, no path and no address: what a token or a key looks like.
const LIKE_A_SECRET = /^[^\s/:]{16,}$/;

function check(pattern: string, at: Place): void {
  if (!PATTERN.test(pattern))
    throw new UserError("env-pattern", `\`${pattern.slice(0, 60)}\` is not the name of a variable`, {
      remedy: "Write a name, or its beginning and a star: `AWS_*`. The values stay in the job.",
      at,
    });
  const ours = OURS.find((one) => meet(pattern, one));
  if (ours === undefined) return;
  throw new UserError("env-forbidden", `\`${pattern}\` would pass \`${ours}\` to the project's code`, {
    remedy:
      "Name what training needs and no more: what gives rights over this run never passes. For another token, use a variable of its own.",
    at,
  });
}

function fits(name: string, pattern: string): boolean {
  // Windows does not tell capitals apart, and `Path` is its PATH.
  const [own, other] =
    process.platform === "win32" ? [name.toUpperCase(), pattern.toUpperCase()] : [name, pattern];
  return other.endsWith("*") ? own.startsWith(other.slice(0, -1)) : own === other;
}

/** Whether some name could fit both. */
function meet(one: string, other: string): boolean {
  const [a, b] = [one, other].map((pattern) => pattern.toUpperCase().replace(/\*$/, "")) as [string, string];
  if (one.endsWith("*") && other.endsWith("*")) return a.startsWith(b) || b.startsWith(a);
  if (one.endsWith("*")) return b.startsWith(a);
  return other.endsWith("*") ? a.startsWith(b) : a === b;
}
