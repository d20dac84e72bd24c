import type { Block } from "@mlops-actions/core";

/** A form of the report: its blocks, how many rows a table may have, how long a text, and how much was left out. */
export interface Form {
  blocks: readonly Block[];
  rows: number;
  most: number;
  left: number;
}

/**
 * Ever smaller forms, the first complete: folds of `drop: 1` go first (the last one first), then 2, then 3; then tables
 * are cut; then what follows the comparison goes. Headline and comparison stay in every form.
 */
export function* shorter(blocks: readonly Block[]): Generator<Form> {
  let form: Form = { blocks, rows: Number.POSITIVE_INFINITY, most: 1000, left: 0 };
  yield form;
  for (const drop of [1, 2, 3] as const) {
    for (const fold of folds(form.blocks, drop).reverse()) {
      form = { ...form, blocks: without(form.blocks, fold), left: form.left + 1 };
      yield form;
    }
  }
  for (const rows of [100, 50, 20, 10]) {
    form = { ...form, rows };
    yield form;
  }
  for (const most of [400, 150]) {
    form = { ...form, most };
    yield form;
  }
  for (const block of form.blocks.toReversed()) {
    if (block.kind === "headline" || block.kind === "comparison") continue;
    form = { ...form, blocks: form.blocks.filter((other) => other !== block), left: form.left + 1 };
    yield form;
  }
  for (const rows of [5, 3, 1]) {
    form = { ...form, rows };
    yield form;
  }
}

function folds(blocks: readonly Block[], drop: 1 | 2 | 3): Block[] {
  return blocks.flatMap((block) => {
    if (block.kind !== "fold") return [];
    return block.drop === drop ? [block] : folds(block.blocks, drop);
  });
}

function without(blocks: readonly Block[], gone: Block): Block[] {
  return blocks
    .filter((block) => block !== gone)
    .map((block) => (block.kind === "fold" ? { ...block, blocks: without(block.blocks, gone) } : block));
}
