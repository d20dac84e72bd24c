import { createHash } from "node:crypto";

/**
 * Poisson(1) weights in integer arithmetic, the same in every version of the engine: a 32-bit mixer (Wellons 2018,
 * lowbias32) of the row's digest and the replicate's key gives two draws of 16 bits, each looked up in the cumulative
 * distribution. The weights' mean is 1 − 1.5e-5.
 */
export interface Draws {
  /** SQL items `h0, h1, …`, from columns `d1` and `d2` of 32 bits. */
  hashes: string;
  /** SQL items `w0, w1, …` from the hashes. */
  weights: string;
}

/** Poisson(1) cumulative probabilities of 0…6, times 2^16. */
const thresholds = [24109, 48219, 60273, 64292, 65296, 65497, 65531];

/** @param from the first replicate, even; @param count how many */
export function poissonDraws(seed: string, from: number, count: number): Draws {
  const pairs = Math.ceil(count / 2);
  const hashes = Array.from(
    { length: pairs },
    (_, at) => `${mixed(replicateKey(seed, from / 2 + at))} AS h${at}`,
  );
  const weights = Array.from({ length: count }, (_, at) => {
    const hash = `h${at >> 1}`;
    return `${weight(at % 2 === 0 ? `(${hash} & ${unsigned(0xffff)})` : `(${hash} >> 16)`)} AS w${at}`;
  });
  return { hashes: hashes.join(", "), weights: weights.join(", ") };
}

/** SQL of the two halves that identify a row, from 64 bits. */
export function digestHalves(bits: string): string {
  return `(${bits} >> 32) AS d1, (${bits} & ${unsigned(0xffffffff)}) AS d2`;
}

function replicateKey(seed: string, pair: number): number {
  return createHash("sha256").update(`${seed} ${pair}`).digest().readUInt32LE(0);
}

function mixed(key: number): string {
  const half = `((xor(xor(d1, ${unsigned(key)}), xor(d1, ${unsigned(key)}) >> 16) * ${unsigned(0x7feb352d)}) & ${unsigned(0xffffffff)})`;
  // The second half of the digest enters between the rounds, so that rows are told apart by all 64 bits.
  const joined = `xor(${half}, d2)`;
  const second = `((xor(${joined}, ${joined} >> 15) * ${unsigned(0x846ca68b)}) & ${unsigned(0xffffffff)})`;
  return `xor(${second}, ${second} >> 16)`;
}

function weight(uniform: string): string {
  const steps = thresholds.map((threshold, at) => `WHEN ${uniform} < ${unsigned(threshold)} THEN ${at}`);
  return `CAST(CASE ${steps.join(" ")} ELSE ${thresholds.length} END AS TINYINT)`;
}

function unsigned(value: number): string {
  return `${value}::UBIGINT`;
}
