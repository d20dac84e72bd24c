const TOKEN = /^[A-Za-z0-9][A-Za-z0-9_.]*(?:-[A-Za-z0-9_.]+)*$/;
const MARKER = /^<!-- mlops:([A-Za-z0-9_.-]+):([a-z]+)((?: [a-z]+=[A-Za-z0-9_.-]+)*) -->/;

/** The hidden first line by which a comment is found again. It is no proof of who wrote it. */
export interface Marker {
  model: string;
  stage: string;
  /** Facts of our own: the run, its attempt, the commit. */
  facts: Readonly<Record<string, string>>;
}

/**
 * `<!-- mlops:census-income:evaluate run=12 attempt=1 -->`. Throws for whatever is not a plain token: hidden text is read
 * by agents, so nothing but checked words may stand in it.
 */
export function markerOf(
  { model, stage }: Pick<Marker, "model" | "stage">,
  facts: Marker["facts"] = {},
): string {
  if (!/^[a-z]+$/.test(stage)) throw new RangeError("the stage of a marker is not a plain word");
  const pairs = Object.entries(facts).map(([name, value]) => {
    if (!/^[a-z]+$/.test(name)) throw new RangeError("the name of a marker's fact is not a plain word");
    return `${name}=${token(value)}`;
  });
  return `<!-- ${[`mlops:${token(model)}:${stage}`, ...pairs].join(" ")} -->`;
}

/** The marker of a comment of ours, or `null`. */
export function readMarker(body: string): Marker | null {
  const found = MARKER.exec(body);
  if (found === null) return null;
  const [, model = "", stage = "", facts = ""] = found;
  const pairs = facts.split(" ").filter((pair) => pair !== "");
  return {
    model,
    stage,
    facts: Object.fromEntries(pairs.map((pair) => pair.split("=") as [string, string])),
  };
}

function token(text: string): string {
  if (text.length > 100 || !TOKEN.test(text)) throw new RangeError("not a plain token for a marker");
  return text;
}
