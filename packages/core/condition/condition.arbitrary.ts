import fc from "fast-check";
import type { Argument, Condition, Expression, Filter, Literal, Metric } from "./ast.ts";
import { unitNames } from "./units.ts";

const at = { from: 0, to: 0 };
const comparator = fc.constantFrom(">", ">=", "<", "<=", "=", "!=" as const);

const number = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0.005, 0.85, 10_000, 1.02),
  )
  .map((value) => (value === 0 ? 0 : value));

const literal: fc.Arbitrary<Literal> = fc
  .tuple(number, fc.option(fc.constantFrom(...unitNames), { nil: undefined }))
  .map(([number, unit]) => ({ number, ...(unit !== undefined && { unit }), text: `${number}` }));

const name = fc.oneof(
  fc.constantFrom("auc", "latency.p95", "f1", "top2", "größe", "x.1", "_", "bye", "gaps", "min", "e5"),
  fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}(\.[a-z0-9_]{1,4})?$/),
);
const RESERVED = ["baseline", "stable", "released", "gap", "worst", "by", "and", "or", "not"];
const metricName = name.filter((text) => !RESERVED.includes(text.split(".")[0] as string));

/** Any column that a table can have: also `baseline`, `a b`, "`" and letters of every script. */
const column = fc.oneof(
  name,
  fc.constantFrom(...RESERVED, "baseline.x", "a b", "`", 'say "hi"', "1st"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
);

const value = fc.oneof(
  fc.constantFrom("", '"', 'a "b" c', "it's", "a, b", "IT: senior", "a #1", "new\nline"),
  fc.string({ unit: "binary", maxLength: 8 }),
);

const argument: fc.Arbitrary<Argument> = fc.oneof(
  fc.record({ column }),
  fc.record({ literal }),
  fc.record({ quoted: value }),
);

const filter: fc.Arbitrary<Filter> = fc.record({
  column,
  op: comparator,
  value: fc.oneof(number, value),
});

const over = fc.record({
  how: fc.constantFrom("gap", "worst"),
  by: fc.array(fc.array(column, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
});

const metric: fc.Arbitrary<Metric> = fc
  .record({
    source: fc.constantFrom("own", "baseline", "stable", "released"),
    name: metricName,
    args: fc.array(argument, { maxLength: 3 }),
    where: fc.array(filter, { maxLength: 3 }),
    over: fc.option(over, { nil: undefined }),
  })
  .map(({ over, ...metric }) => ({ ...metric, ...(over && { over }), at }) as Metric);

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    metric.map((metric): Expression => ({ kind: "metric", metric, at })),
    literal.map((literal): Expression => ({ kind: "literal", literal, at })),
    fc.record({
      kind: fc.constant("operation" as const),
      op: fc.constantFrom("+", "-", "*", "/" as const),
      left: tie("expression"),
      right: tie("expression"),
      at: fc.constant(at),
    }) as fc.Arbitrary<Expression>,
  ),
}));

/** Every condition that the grammar can say. */
export const conditions: fc.Arbitrary<Condition> = fc
  .record({
    left: expression,
    op: comparator,
    right: expression,
    tolerance: fc.option(
      literal.filter(({ number }) => number > 0),
      { nil: undefined },
    ),
  })
  .map(
    ({ tolerance, ...condition }) =>
      ({ ...condition, ...(tolerance && { tolerance }), text: "" }) as Condition,
  );
