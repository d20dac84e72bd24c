import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { identify, presented } from "./access.ts";
import { artifactService } from "./artifact-service.ts";
import { blobs } from "./blobs.ts";
import type { App, Box, Circumstances } from "./box.ts";
import { cacheService } from "./cache-service.ts";
import { checks } from "./checks.ts";
import { collaborators } from "./collaborators.ts";
import { comments } from "./comments.ts";
import { compare } from "./compare.ts";
import { contents } from "./contents.ts";
import { control } from "./control.ts";
import { deployments } from "./deployments.ts";
import { dispatches } from "./dispatches.ts";
import { environments } from "./environments.ts";
import { Faults } from "./fault.ts";
import { gitBlobs } from "./git-blobs.ts";
import { gitCommits } from "./git-commits.ts";
import { gitTags } from "./git-tags.ts";
import { gitTrees } from "./git-trees.ts";
import { graphql } from "./graphql.ts";
import { interfere } from "./interfere.ts";
import { issues } from "./issues.ts";
import type { Journaled } from "./journal.ts";
import { limits } from "./limits.ts";
import { pulls } from "./pulls.ts";
import { refs } from "./refs.ts";
import { notFound, Refusal } from "./refusal.ts";
import { releaseAssets } from "./release-assets.ts";
import { releases } from "./releases.ts";
import { repository } from "./repository.ts";
import { runs } from "./runs.ts";
import { smartHttp } from "./smart-http.ts";
import { user } from "./user.ts";

// The order matters only for the last: Git's addresses have no prefix of their own.
const SUBJECTS = [
  limits,
  identify,
  user,
  graphql,
  repository,
  refs,
  gitCommits,
  gitTags,
  gitTrees,
  gitBlobs,
  compare,
  contents,
  pulls,
  issues,
  comments,
  checks,
  dispatches,
  releases,
  releaseAssets,
  runs,
  deployments,
  environments,
  collaborators,
  artifactService,
  cacheService,
  blobs,
];

/** The whole box as one function from request to response. */
export function application(box: Box): (request: Request, bindings: HttpBindings) => Promise<Response> {
  const app: App = new Hono();
  const faults = new Faults();
  for (const fault of box.settings.faults) faults.add(fault);
  const journal: Journaled[] = [];

  app.onError((error) => {
    if (error instanceof Refusal) return error.answer();
    process.stderr.write(`${error.stack ?? error}\n`);
    return new Refusal(500, `GitHub in a box failed: ${error.message}`).answer();
  });
  app.notFound(() => notFound().answer());
  for (const subject of SUBJECTS) subject(app, box);
  control(app, box, faults, journal);
  smartHttp(app, box);

  return async (request, bindings) => {
    const { pathname, search } = new URL(request.url);
    const handle = async (asked: Request, circumstances?: Circumstances) =>
      app.fetch(asked, { ...bindings, ...circumstances });
    if (pathname.startsWith("/__box/")) return handle(request);
    const fault = faults.meet(request.method, pathname);
    const token = presented(request.headers.get("authorization") ?? undefined);
    const entry: Journaled = {
      method: request.method,
      path: pathname,
      query: search.slice(1),
      status: 0,
      login: box.settings.tokens[token ?? ""]?.login ?? null,
      fault: fault?.phase ?? null,
    };
    journal.push(entry);
    if (fault === undefined) {
      const response = await handle(request);
      entry.status = response.status;
      return response;
    }
    const { response, status } = await interfere(fault, request, bindings, handle);
    entry.status = status;
    return response;
  };
}
