import { splitmix64 } from "./splitmix64.ts";

/** A stream of numbers in [0, 1), each a multiple of 2^-53. */
export type Random = () => number;

/** xoshiro256** (Blackman and Vigna 2021), its state filled by SplitMix64 as its authors advise. */
export function xoshiro256(seed: bigint): Random {
  const word = splitmix64(seed);
  const next = xoshiro256Words([word(), word(), word(), word()]);
  return () => {
    const [high, low] = next();
    return (high * 0x20_0000 + (low >>> 11)) / 2 ** 53;
  };
}

/** The raw 64-bit words, as unsigned halves [high, low]; halves because BigInt is some fifty times slower here. */
export function xoshiro256Words(
  state: readonly [bigint, bigint, bigint, bigint],
): () => readonly [number, number] {
  const half = (word: bigint, shift: bigint) => Number((word >> shift) & 0xffff_ffffn) | 0;
  let [h0, h1, h2, h3] = state.map((word) => half(word, 32n)) as [number, number, number, number];
  let [l0, l1, l2, l3] = state.map((word) => half(word, 0n)) as [number, number, number, number];
  const words: [number, number] = [0, 0];
  return () => {
    // s1 * 5, rotated left by 7, * 9
    let low = times(l1, 5);
    let high = (Math.imul(h1, 5) + carry(l1, 5)) | 0;
    const turnedHigh = (high << 7) | (low >>> 25);
    const turnedLow = (low << 7) | (high >>> 25);
    low = times(turnedLow, 9);
    high = (Math.imul(turnedHigh, 9) + carry(turnedLow, 9)) | 0;
    words[0] = high >>> 0;
    words[1] = low >>> 0;

    const shiftedHigh = (h1 << 17) | (l1 >>> 15);
    const shiftedLow = l1 << 17;
    h2 ^= h0;
    l2 ^= l0;
    h3 ^= h1;
    l3 ^= l1;
    h1 ^= h2;
    l1 ^= l2;
    h0 ^= h3;
    l0 ^= l3;
    h2 ^= shiftedHigh;
    l2 ^= shiftedLow;
    // rotate left by 45 = swap the halves, then by 13
    const oldHigh = h3;
    h3 = (l3 << 13) | (oldHigh >>> 19);
    l3 = (oldHigh << 13) | (l3 >>> 19);
    return words;
  };
}

function times(low: number, factor: number): number {
  return Math.imul(low, factor);
}

function carry(low: number, factor: number): number {
  return Math.floor(((low >>> 0) * factor) / 2 ** 32);
}
