/** To three decimals: microseconds of milliseconds, without the noise of binary fractions. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
