import { createHash } from "node:crypto";

/*
 * Poisson(1) weights in integer arithmetic, the same in every version of the engine: a 32-bit mixer (Wellons 2018,
 * lowbias32) of the row's digest and the replicate's key gives two draws of 16 bits, each looked up in the cumulative
 * distribution. The weights' mean is 1 − 1.5e-5.
 */

/** Poisson(1) cumulative probabilities of 0…6, times 2^16. */
const thresholds = [24109, 48219, 60273, 64292, 65296, 65497, 65531];

/**
 * SQL of a relation with all columns of `from`, and `w0, w1, …`.
 *
 * @param from has columns `d1` and `d2` of 32 bits
 * @param first the first replicate, even
 */
export function withPoissonWeights(
  seed: string,
  first: number,
  count: number,
  kept: string,
  from: string,
): string {
  const pairs = Array.from({ length: Math.ceil(count / 2) }, (_, at) => at);
  // A layer a step, because each result is needed twice in the next.
  const layer = (item: (at: number) => string, inner: string) =>
    `SELECT ${kept}, d2, ${pairs.map((at) => `${item(at)} AS x${at}`).join(", ")} FROM ${inner}`;
  const keyed = layer((at) => `xor(d1, ${unsigned(replicateKey(seed, first / 2 + at))})`, from);
  // The second half of the digest enters between the rounds, so that rows are told apart by all 64 bits.
  const once = layer(
    (at) => `xor((xor(x${at}, x${at} >> 16) * ${unsigned(0x7feb352d)}) & ${low32}, d2)`,
    `(${keyed})`,
  );
  const twice = layer(
    (at) => `(xor(x${at}, x${at} >> 15) * ${unsigned(0x846ca68b)}) & ${low32}`,
    `(${once})`,
  );
  const halves = layer((at) => `CAST(xor(x${at}, x${at} >> 16) AS UINTEGER)`, `(${twice})`);
  const weights = Array.from({ length: count }, (_, at) => {
    const hash = `x${at >> 1}`;
    return `${weight(at % 2 === 0 ? `(${hash} & 65535::UINTEGER)` : `(${hash} >> 16)`)} AS w${at}`;
  });
  return `SELECT ${kept}, ${weights.join(", ")} FROM (${halves})`;
}

/** SQL of the two halves that identify a row, from 64 bits. */
export function digestHalves(bits: string): string {
  return `(${bits} >> 32) AS d1, (${bits} & ${low32}) AS d2`;
}

function replicateKey(seed: string, pair: number): number {
  return createHash("sha256").update(`${seed} ${pair}`).digest().readUInt32LE(0);
}

function weight(uniform: string): string {
  const steps = thresholds.map((threshold, at) => `WHEN ${uniform} < ${threshold}::UINTEGER THEN ${at}`);
  return `CAST(CASE ${steps.join(" ")} ELSE ${thresholds.length} END AS TINYINT)`;
}

function unsigned(value: number): string {
  return `${value}::UBIGINT`;
}

const low32 = unsigned(0xffffffff);
