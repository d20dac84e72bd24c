/** A registry of packages, and what tests need of it. */
export interface Source {
  name: string;
  /** Everything that decides what is installed: where it is the same as last time, nothing is done. */
  pins: readonly string[];
  /** The programs that it puts into `bin`. */
  programs: readonly string[];
  /** Installs into a folder that is empty. @returns by program where it lies, and what it needs to start */
  install(folder: string): Promise<Readonly<Record<string, Program>>>;
}

export interface Program {
  path: string;
  /** Folders with libraries that are not where the system looks. */
  libraries?: readonly string[];
}
