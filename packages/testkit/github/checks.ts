import { mayRead, mayWrite } from "./access.ts";
import { bodyOf, text } from "./body.ts";
import { type App, type Box, repositoryPath } from "./box.ts";
import { type CheckRun, changeCheckRun, shownCheckRun } from "./check-run.ts";
import { readCommit } from "./commit.ts";
import { page } from "./page.ts";
import { notFound, Refusal } from "./refusal.ts";
import type { Token } from "./token.ts";

/** `check-runs`: written by apps alone; annotations come in portions and add up. */
export function checks(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/check-runs`;
  const mayCheck = (who: Token): Token => {
    if (who.app === undefined) throw new Refusal(403, "You must authenticate via a GitHub App.");
    return who;
  };
  const find = (id: string): CheckRun => {
    const run = box.checks.get(Number(id));
    if (run === undefined) throw notFound();
    return run;
  };

  app.post(at, async (c) => {
    const who = mayCheck(mayWrite(c, "checks"));
    const body = await bodyOf(c);
    const sha = text(body, "head_sha");
    if ((await readCommit(box, sha))?.sha !== sha) throw new Refusal(422, `No commit found for SHA: ${sha}`);
    const run: CheckRun = {
      id: box.nextId(),
      suite: suiteOf(box, sha, who),
      name: text(body, "name"),
      sha,
      externalId: "",
      detailsUrl: null,
      status: "queued",
      conclusion: null,
      startedAt: box.now(),
      completedAt: null,
      title: null,
      summary: null,
      text: null,
      annotations: [],
      app: who,
    };
    changeCheckRun(run, body, box.now());
    box.checks.set(run.id, run);
    return c.json(shownCheckRun(box, run), 201);
  });

  app.patch(`${at}/:id{[0-9]+}`, async (c) => {
    const who = mayCheck(mayWrite(c, "checks"));
    const run = find(c.req.param("id"));
    if (run.app.app?.id !== who.app?.id)
      throw new Refusal(
        403,
        "Invalid app_id - check run can only be modified by the GitHub App that created it.",
      );
    changeCheckRun(run, await bodyOf(c), box.now());
    return c.json(shownCheckRun(box, run));
  });

  app.get(`${at}/:id{[0-9]+}`, (c) => {
    mayRead(c, box, "checks");
    return c.json(shownCheckRun(box, find(c.req.param("id"))));
  });

  app.get(`${at}/:id{[0-9]+}/annotations`, (c) => {
    mayRead(c, box, "checks");
    return c.json(page(c, find(c.req.param("id")).annotations));
  });

  app.get(`${repositoryPath(box)}/commits/:ref/check-runs`, async (c) => {
    mayRead(c, box, "checks");
    const commit = await readCommit(box, c.req.param("ref"));
    if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${c.req.param("ref")}`);
    const query = (name: string) => c.req.query(name);
    const found = [...box.checks.values()].filter(
      (run) =>
        run.sha === commit.sha &&
        (query("check_name") === undefined || run.name === query("check_name")) &&
        (query("status") === undefined || run.status === query("status")) &&
        (query("app_id") === undefined || String(run.app.app?.id) === query("app_id")),
    );
    // By default only the newest run of each name and suite.
    const isLatest = (run: CheckRun) =>
      !found.some(({ name, suite, id }) => name === run.name && suite === run.suite && id > run.id);
    const wanted = query("filter") === "all" ? found : found.filter(isLatest);
    wanted.sort((a, b) => b.id - a.id);
    return c.json({
      total_count: wanted.length,
      check_runs: page(c, wanted).map((run) => shownCheckRun(box, run)),
    });
  });
}

// All check runs of one app on one commit share a suite.
function suiteOf(box: Box, sha: string, who: Token): number {
  const same = [...box.checks.values()].find((run) => run.sha === sha && run.app.app?.id === who.app?.id);
  return same?.suite ?? box.nextId();
}
