/** A fraction of big integers as a double, correct to a unit in the last place. */
export function quotient(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const size = (value: bigint) => value.toString(16).length * 4;
  // Enough bits for a double in the quotient; a power of two, so dividing them away again is exact.
  const shift = 72 + size(denominator) - size(numerator < 0n ? -numerator : numerator);
  return shift <= 0
    ? Number(numerator / denominator)
    : Number((numerator << BigInt(shift)) / denominator) / 2 ** shift;
}

/** n²·covariance with divisor n, from sums: exact. */
export function centredProduct(n: bigint, sumOne: bigint, sumOther: bigint, sumProduct: bigint): bigint {
  return n * sumProduct - sumOne * sumOther;
}
