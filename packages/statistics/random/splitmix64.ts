const MASK = 0xffff_ffff_ffff_ffffn;

/** SplitMix64 (Steele, Lea and Flood 2014): 64-bit words from a 64-bit seed, only for seeding. */
export function splitmix64(seed: bigint): () => bigint {
  let state = seed & MASK;
  return () => {
    state = (state + 0x9e37_79b9_7f4a_7c15n) & MASK;
    let word = state;
    word = ((word ^ (word >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK;
    word = ((word ^ (word >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK;
    return word ^ (word >> 31n);
  };
}

/** The first 64 bits of a digest in hexadecimal, so that the same inputs always give the same interval and nobody can roll again. */
export function seedFromDigest(hex: string): bigint {
  if (!/^[0-9a-f]{16,}$/i.test(hex))
    throw new RangeError(`a digest has at least 16 hexadecimal digits: ${hex}`);
  return BigInt(`0x${hex.slice(0, 16)}`);
}
