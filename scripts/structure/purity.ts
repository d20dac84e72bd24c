import { type Finding, importsOf, isTest, roomOf, type Source } from "./source.ts";

const WORLD: readonly [RegExp, string][] = [
  [/\bnew Date\(\)|\bDate\.now\b|\bperformance\.now\b/, "reads a clock"],
  [/\bMath\.random\b|\bcrypto\.(?:random|getRandom)/, "draws a random number of its own"],
  [/\bprocess\.(?!env\.NODE_ENV)/, "looks at its process"],
  [/\bfetch\(|\bconsole\./, "does input or output"],
  [/\bset(?:Timeout|Interval|Immediate)\b/, "waits"],
];

/** `core` and `statistics` are values in, values out: same question, same answer, on any machine. */
export function purity(sources: readonly Source[]): Finding[] {
  return sources
    .filter(({ path }) => ["core", "statistics"].includes(roomOf(path)) && !isTest(path))
    .flatMap((source) => {
      const code = source.text.replaceAll(/\/\/.*$|\/\*[\s\S]*?\*\//gm, "");
      const acts = WORLD.filter(([pattern]) => pattern.test(code)).map(([, what]) => what);
      const imports = importsOf(source)
        .filter((specifier) => specifier.startsWith("node:"))
        .map((specifier) => `imports ${specifier}`);
      return [...acts, ...imports].map((what) => ({ path: source.path, what }));
    });
}
