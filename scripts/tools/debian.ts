import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./command.ts";
import type { Program, Source } from "./source.ts";

const PACKAGES = ["haproxy", "nginx", "prometheus", "shellcheck"];
const PLACES = ["usr/sbin", "usr/bin"];

/**
 * Packages of the system's own distribution, unpacked and not installed: this needs no right on the machine and changes nothing of it. Its mirror keeps
 * only the newest of each, so that the names are all that can be pinned; apt checks the signatures.
 */
export const debian: Source = {
  name: "Debian",
  pins: PACKAGES,
  programs: PACKAGES,
  async install(folder) {
    const [lists, cache, root] = [join(folder, "lists"), join(folder, "cache"), join(folder, "root")];
    for (const needed of [join(lists, "partial"), join(cache, "archives/partial"), root])
      await mkdir(needed, { recursive: true });
    const apt = (args: readonly string[]) =>
      command(
        "apt-get",
        [
          ...["-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${cache}`],
          // Another user of the machine's could not write into this folder.
          ...["-o", "APT::Sandbox::User=root", ...args],
        ],
        { cwd: cache, env: { LC_ALL: "C" } },
      );
    await apt(["update", "--quiet"]);
    const plan = await apt(["install", "--simulate", "--no-install-recommends", ...PACKAGES]);
    const wanted = neededOf(plan);
    if (wanted.length > 0) await apt(["download", "--quiet", ...wanted]);
    for (const name of (await readdir(cache)).filter((file) => file.endsWith(".deb")))
      await command("dpkg", ["-x", join(cache, name), root]);
    return Object.fromEntries(PACKAGES.map((name) => [name, programIn(root, name)]));
  },
};

/** What apt would install of what programs need: they, and libraries that the machine lacks; no pages and fonts. */
export function neededOf(simulated: string): string[] {
  const installs = [...simulated.matchAll(/^Inst (\S+) /gm)].map(([, name = ""]) => name);
  return installs.filter(
    (name) => PACKAGES.includes(name) || (name.startsWith("lib") && !/^lib(js|nginx)-/.test(name)),
  );
}

/** The unpacked one, else the one that the machine has. */
function programIn(root: string, name: string): Program {
  const found = [root, "/"].flatMap((at) =>
    PLACES.flatMap((place) => {
      const path = join(at, place, name);
      return existsSync(path) ? [{ at, path }] : [];
    }),
  )[0];
  if (found === undefined) throw new Error(`the packages hold no program ${name}`);
  const { at, path } = found;
  return at === "/" ? { path } : { path, libraries: libraryFolders(at) };
}

function libraryFolders(root: string): string[] {
  const triplet = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch as string] ?? "";
  return ["lib", "usr/lib"].map((folder) => join(root, folder, triplet)).filter((path) => existsSync(path));
}
