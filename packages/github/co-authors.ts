const TRAILER = /^co-authored-by:[^\n<]*<\s*([^>\s]+)\s*>\s*$/gim;
const GITHUBS = /^(?:\d+\+)?([^+@\s]+)@users\.noreply\.github\.com$/i;
// GitHub's own address and those of programs: nobody receives mail there, nor comments.
const MACHINE = /^no-?reply@(?!users\.noreply\.github\.com$)|\[bot\]@/i;

/** The mail addresses that a commit's message names as co-authors, wherever in it: GitHub puts messages together where it squashes. */
export function coAuthors(message: string): string[] {
  return [...message.matchAll(TRAILER)].map(([, mail = ""]) => mail).filter((mail) => !MACHINE.test(mail));
}

/** Whose address this is, where it is one of those that GitHub gives people. */
export function loginIn(mail: string): string | undefined {
  return GITHUBS.exec(mail)?.[1];
}
