import { type Box, pageUrl, repositoryUrl } from "./box.ts";

const STATUS: Record<string, string> = {
  A: "added",
  M: "modified",
  D: "removed",
  R: "renamed",
  C: "copied",
  T: "changed",
};

/** The files that differ between two revisions, as pull requests list them: from where the branches parted. */
export async function changedFiles(box: Box, base: string, head: string) {
  const { git } = box;
  const range = `${base}...${head}`;
  const named = (await git.text(["diff", "--raw", "--abbrev=40", "-z", "-M", range])).split("\0");
  const counted = countsOf(await git.text(["diff", "--numstat", "-z", "-M", range]));
  const files = [];
  for (let at = 0; at < named.length && named[at] !== ""; ) {
    const [, , oldSha = "", newSha = "", letter = "M"] = (named[at++] ?? "").split(" ");
    const first = named[at++] ?? "";
    const isMoved = /^[RC]/.test(letter);
    const filename = isMoved ? (named[at++] ?? "") : first;
    const status = STATUS[letter[0] ?? "M"] ?? "modified";
    const { additions, deletions } = counted.get(filename) ?? { additions: 0, deletions: 0 };
    const sha = status === "removed" ? oldSha : newSha;
    const patch = await git.text(["diff", "-M", range, "--", ...new Set([first, filename])]);
    const hunks = patch.indexOf("\n@@");
    const path = `${head}/${encodeURI(filename)}`;
    files.push({
      sha,
      filename,
      status,
      additions,
      deletions,
      changes: additions + deletions,
      blob_url: pageUrl(box, `blob/${path}`),
      raw_url: pageUrl(box, `raw/${path}`),
      contents_url: `${repositoryUrl(box)}/contents/${encodeURI(filename)}?ref=${head}`,
      // Binary files have no patch.
      ...(hunks >= 0 && { patch: patch.slice(hunks + 1) }),
      ...(isMoved && { previous_filename: first }),
    });
  }
  return files;
}

// Git's `-z` form of a rename has an empty path, then both names.
function countsOf(text: string): Map<string, { additions: number; deletions: number }> {
  const counts = new Map<string, { additions: number; deletions: number }>();
  const parts = text.split("\0");
  for (let at = 0; at < parts.length && parts[at] !== ""; at++) {
    const [added = "", removed = "", path = ""] = (parts[at] ?? "").split("\t");
    const isMoved = path === "";
    if (isMoved) at += 2;
    counts.set(isMoved ? (parts[at] ?? "") : path, {
      additions: Number(added) || 0,
      deletions: Number(removed) || 0,
    });
  }
  return counts;
}
