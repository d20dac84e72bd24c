const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;

/** `owner/name` of a remote's address on this server, which is `https://github.com` or another GitHub; `undefined` for any other. */
export function repositoryOfAddress(address: string, server: string): string | undefined {
  const host = new URL(server).host.replaceAll(".", "\\.");
  const pattern = new RegExp(
    `^(?:https?://(?:[^@/]*@)?${host}/|ssh://git@${host}(?::\\d+)?/|git@${host}:)(.+?)(?:\\.git)?/?$`,
    "i",
  );
  const name = pattern.exec(address)?.[1];
  return name !== undefined && isRepository(name) ? name : undefined;
}

export function isRepository(text: string): boolean {
  return REPOSITORY.test(text);
}
