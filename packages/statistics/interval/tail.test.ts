import { describe, expect, it } from "vitest";
import { normalTail, studentTail } from "./tail.ts";

describe("normal tail", () => {
  it.each([
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.995, 2.5758293035489004],
    [0.9995, 3.2905267314919255],
    [1 - 1e-15, 7.941345326170998],
  ])("quantile at %f is SciPy 1.10's norm.ppf", (share, quantile) => {
    // 1 − 1e-15 is not that far from 1 in binary: the tail is what is asked for
    const alpha = share === 1 - 1e-15 ? 1e-15 : 1 - share;
    expect(normalTail.critical(alpha)).toBeCloseTo(quantile, 9);
  });

  it.each([
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145707],
    [1.96, 0.024997895148220435],
    [3, 0.0013498980316300933],
    [5, 2.866515718791933e-7],
    [8, 6.22096057427174e-16],
    [20, 2.7536241186061556e-89],
  ])("beyond %f lies SciPy 1.10's norm.sf, to 12 digits", (score, share) => {
    expect(Math.abs(normalTail.above(score) / share - 1)).toBeLessThan(1e-12);
  });
});

describe("Student's tail", () => {
  it.each([
    [2, 3, 0.06966298427942155],
    [2.5, 10, 0.015723422118304388],
    [1.96, 1000, 0.025136592477874354],
    [6, 7, 0.0002711291710014048],
    [0.5, 1, 0.3524163823495668],
  ])("beyond %f at %i degrees of freedom lies SciPy 1.10's t.sf", (score, df, share) => {
    expect(Math.abs(studentTail(df).above(score) / share - 1)).toBeLessThan(1e-9);
  });

  it.each([
    [5, 2.5705818356363146],
    [10, 2.2281388519649385],
    [30, 2.0422724563012373],
    [120, 1.9799304050527766],
  ])("critical value at %i degrees of freedom is SciPy's t.ppf(0.975)", (df, critical) => {
    expect(studentTail(df).critical(0.025)).toBeCloseTo(critical, 9);
  });

  it("critical values at 1 and 2 degrees of freedom are the closed forms", () => {
    expect(studentTail(1).critical(0.025)).toBeCloseTo(Math.tan(0.475 * Math.PI), 11);
    expect(studentTail(2).critical(0.025)).toBeCloseTo(0.95 * Math.sqrt(2 / (1 - 0.95 ** 2)), 11);
  });

  it("is normal at infinitely many degrees of freedom", () => {
    expect(studentTail(Infinity)).toBe(normalTail);
  });

  it("refuses none", () => {
    expect(() => studentTail(0)).toThrow(RangeError);
  });
});
