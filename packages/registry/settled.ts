/**
 * Does something at most once. Where it throws, nobody knows whether it was done: that is read back, and only what is not there is
 * an error. Nothing is sent a second time here.
 */
export async function settled<T>(act: () => Promise<T>, readBack: () => Promise<T | undefined>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const found = await readBack().catch(() => undefined);
    if (found === undefined) throw error;
    return found;
  }
}
