import { gitRepository, personToken, push, startGitHub, workflowToken } from "@mlops-actions/testkit";
import { registryContract } from "../registry/registry.contract.ts";
import { connect } from "./octokit.ts";
import { githubRefs } from "./refs.ts";
import { githubReleases } from "./releases.ts";

const tokens = { ada: personToken("ada"), job: workflowToken({ contents: "write" }) };

registryContract("on GitHub", async () => {
  const box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  const octokit = connect({ token: "job", baseUrl: box.apiUrl, wait: async () => {} });
  const repo = { owner: box.owner, repo: box.repo };
  return {
    refs: githubRefs({ octokit, repo }),
    releases: githubReleases({ octokit, repo }),
    lightweightTag: async (name, commit) => {
      await octokit.git.createRef({ ...repo, ref: `refs/tags/${name}`, sha: commit });
    },
    refusesEmptyFiles: true,
    [Symbol.asyncDispose]: box.stop,
  };
});
