/** Uploads the files of a folder as an artifact of the run whose runtime token it finds: `node uploader.ts NAME FOLDER`. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { connect, githubArtifacts } from "@mlops-actions/github";

const [name = "", folder = ""] = process.argv.slice(2);
const octokit = connect({ token: "", baseUrl: "http://127.0.0.1:9" });
const artifacts = githubArtifacts({ octokit, repo: { owner: "a", repo: "b" }, runUrl: "" });
const files = (await readdir(folder)).map((file) => join(folder, file));
const sent = await artifacts.upload(name, files, folder);
if (sent.kind !== "uploaded") throw new Error(sent.why);
