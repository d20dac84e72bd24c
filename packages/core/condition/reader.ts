import type { At, Comparator } from "./ast.ts";
import { ConditionError, CUT_BY_YAML, excerpt } from "./condition-error.ts";
import { type Token, tokenize } from "./token.ts";

const COMPARATORS: readonly string[] = [">", ">=", "<", "<=", "=", "!="];
const CONNECTIVES: readonly string[] = ["and", "or", "not"];

/** Walks over the tokens of one condition. */
export class Reader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokenize(text);
  }

  get here(): Token {
    return this.#tokens[this.#index] as Token;
  }

  get ahead(): Token {
    return this.#tokens[this.#index + 1] ?? this.here;
  }

  ended(): boolean {
    return this.here.kind === "end";
  }

  next(): Token {
    const token = this.here;
    if (!this.ended()) this.#index += 1;
    return token;
  }

  sees(symbol: string): boolean {
    return this.here.kind === "symbol" && this.here.text === symbol;
  }

  takes(symbol: string): boolean {
    const found = this.sees(symbol);
    if (found) this.#index += 1;
    return found;
  }

  seesWord(word: string): boolean {
    return this.here.kind === "name" && this.here.text === word;
  }

  seesConnective(): boolean {
    return this.here.kind === "name" && CONNECTIVES.includes(this.here.text.toLowerCase());
  }

  comparator(): Comparator | undefined {
    const { kind, text } = this.here;
    return kind === "symbol" && COMPARATORS.includes(text) ? (text as Comparator) : undefined;
  }

  /** From an offset to the end of the token that was read last. */
  since(from: number): At {
    return { from, to: Math.max(from, this.#tokens[this.#index - 1]?.at.to ?? from) };
  }

  source({ from, to }: At): string {
    return this.text.slice(from, to);
  }

  /** The token ahead as it is written, for a message. */
  found(): string {
    return this.ended() ? "the end" : excerpt(this.source(this.here.at));
  }

  fail(code: string, message: string, remedy: string, offset: At = this.here.at): ConditionError {
    return new ConditionError(code, message, { remedy, offset });
  }

  /** Reads the bracket that closes the one at `open`. */
  close(bracket: ")" | "]", open: Token): void {
    if (this.takes(bracket)) return;
    if (this.ended())
      throw this.fail(
        "unclosed",
        `${open.text} is never closed`,
        `Close it with ${bracket}. ${CUT_BY_YAML}`,
        { from: open.at.from, to: this.text.length },
      );
    throw this.fail(
      "unexpected",
      `Expected ${bracket} instead of ${this.found()}`,
      `Close the ${open.text} first.`,
    );
  }

  logic(): ConditionError {
    return this.fail(
      "logic",
      `A condition is one comparison; \`${this.here.text}\` cannot join or negate any`,
      "A list means all: write each comparison on its own line. There is no `or` and no `not`.",
    );
  }
}
