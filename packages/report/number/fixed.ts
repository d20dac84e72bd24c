const format = (decimals: number, signed: boolean): Intl.NumberFormat =>
  new Intl.NumberFormat("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: signed ? "exceptZero" : "negative",
  });

/** A number in ASCII with grouped thousands; a rounded zero has no sign. Beyond fifteen digits, in powers of ten. */
export function fixed(value: number, decimals: number, signed = false): string {
  if (Number.isNaN(value)) return "?";
  const sign = signed && value > 0 ? "+" : "";
  if (!Number.isFinite(value)) return `${value < 0 ? "-" : sign}inf`;
  const tiny = value !== 0 && Math.abs(value) < 10 ** -12;
  if (Math.abs(value) >= 1e15 || tiny) return `${sign}${value.toPrecision(3)}`;
  return format(decimals, signed).format(value);
}
