/** Git's rules for the name of a reference, as `git check-ref-format` has them. */
export function isRefName(name: string): boolean {
  const parts = name.split("/");
  return (
    parts.length > 1 &&
    parts.every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock")) &&
    !name.endsWith(".") &&
    !/\.\.|@\{|\p{Cc}|[ ~^:?*[\\]/u.test(name)
  );
}
