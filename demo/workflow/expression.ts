import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

/** What expressions can name: `needs`, `steps`, `inputs`, `github`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** How it stands when a job or a step asks whether it may run. */
export type Status = "success" | "failure";

const STATUS = ["success", "failure", "always", "cancelled"] as const;

/** Text in which every `${{ … }}` is filled in, as GitHub's own library evaluates it. */
export function filled(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluated(expression, contexts, "success").coerceString(),
  );
}

/** Whether an `if` lets a job or a step run. One that asks for no status means that all before has succeeded. */
export function holds(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const expression = condition?.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1") ?? "success()";
  const asksStatus = STATUS.some((name) => new RegExp(`\\b${name}\\s*\\(`).test(expression));
  if (!asksStatus && status !== "success") return false;
  const found = evaluated(expression, contexts, status);
  return !["", "0", "false"].includes(found.coerceString());
}

function evaluated(expression: string, contexts: Contexts, status: Status) {
  const answers = {
    success: status === "success",
    failure: status === "failure",
    always: true,
    cancelled: false,
  };
  const functions = STATUS.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answers[name]),
  }));
  const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const values: unknown = JSON.parse(JSON.stringify(contexts), data.reviver);
  if (!(values instanceof data.Dictionary)) throw new Error("contexts are no dictionary");
  return new Evaluator(tree, values, new Map(functions.map((one) => [one.name, one]))).evaluate();
}
