import { expect, test } from "vitest";
import { heldBack, tell } from "./story.ts";

function told(unicode: boolean) {
  const written: string[] = [];
  let time = 0;
  const now = () => (time += 700);
  const write = (text: string) => void written.push(text);
  return { story: tell({ write, color: false, unicode, width: 20, now }), text: () => written.join("") };
}

test("a paragraph keeps within the terminal, and only a longer word sticks out", () => {
  const { story, text } = told(true);
  story.say("one two three four and-a-word-longer-than-the-terminal five");
  expect(text()).toBe("   one two three\n   four\n   and-a-word-longer-than-the-terminal\n   five\n");
});

test("what takes a while is told before it ends, also when it fails", async () => {
  const { story, text } = told(true);
  await story.during("works", async () => expect(text()).toBe("   works ... "));
  expect(text()).toBe("   works ... 0.7 s\n");
  await expect(story.during("fails", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(text()).toBe("   works ... 0.7 s\n   fails ... \n");
});

test("a log gets ASCII, a terminal what is typeset", () => {
  const [log, terminal] = [told(false), told(true)];
  for (const { story } of [log, terminal]) {
    story.table([
      ["a", "change"],
      ["longer", "−0.1"],
    ]);
    story.quote("said", "x\n\ny\n");
  }
  expect(log.text()).toBe(
    "   a       change\n   longer  -0.1\n   + said\n   |\n   | x\n   |\n   | y\n   +\n",
  );
  expect(terminal.text()).toBe(
    "   a       change\n   longer  −0.1\n   ╭ said\n   │\n   │ x\n   │\n   │ y\n   ╰\n",
  );
});

test("what is held back comes when it is opened, in its order, and then as it is written", () => {
  const written: string[] = [];
  const write = (text: string) => void written.push(text);
  const held = heldBack({ write, color: false, unicode: true, width: 20, now: () => 0 });
  held.terminal.write("a");
  held.terminal.write("b");
  expect(written).toEqual([]);
  held.open();
  held.terminal.write("c");
  expect(written).toEqual(["a", "b", "c"]);
});
