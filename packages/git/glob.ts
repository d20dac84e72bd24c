/**
 * Whether a path matches a glob of `*` and `?` (within a name) and `**` (any number of folders). As in a shell, a name that
 * begins with a dot is matched only by a pattern that says the dot, or where `hidden` is asked for. Never backtracks more than length
 * times length.
 */
export function matchesGlob(path: string, glob: string, { hidden = false } = {}): boolean {
  return matchesFolders(path.split("/"), glob.split("/"), hidden);
}

/** Names that begin with a dot too. */
export const HIDDEN = { hidden: true } as const;

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** The folders in front of the first wildcard: where a search has to begin. */
export function fixedFolder(glob: string): string {
  const names = glob.split("/");
  const wild = names.findIndex(isGlob);
  return names.slice(0, wild === -1 ? names.length - 1 : wild).join("/");
}

// reachable[j]: the first `i` names can be matched by the first `j` patterns.
function matchesFolders(names: readonly string[], patterns: readonly string[], hidden: boolean): boolean {
  let reachable = [true, ...patterns.map((_, j) => patterns.slice(0, j + 1).every((p) => p === "**"))];
  for (const name of names) {
    const next = [false];
    for (const [j, pattern] of patterns.entries()) {
      const inFolders =
        pattern === "**" && ((reachable[j + 1] && (hidden || !name.startsWith("."))) || next[j]);
      const byName = pattern !== "**" && reachable[j] && matchesName(name, pattern, hidden);
      next.push(Boolean(inFolders || byName));
    }
    reachable = next;
  }
  // A path ends in a file's name, which `**` alone does not name unless it is the last pattern.
  return reachable[patterns.length] === true;
}

function matchesName(name: string, pattern: string, hidden: boolean): boolean {
  if (!hidden && name.startsWith(".") && !pattern.startsWith(".")) return false;
  let n = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === name[n])) {
      n++;
      p++;
    } else if (star !== -1) {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
