import { spawn, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adults, columnsOf, expected, type Scene, serving } from "../serving/scene.ts";

const python = process.env.MLOPS_PYTHON ?? "python3";
const missing =
  spawnSync(python, ["-c", "import tritonclient.http"]).status === 0
    ? undefined
    : `${python} has not tritonclient; set MLOPS_PYTHON; pip install 'tritonclient[http]'`;
if (missing) console.warn(`the server against NVIDIA's client: skipped, ${missing}`);

// The client's own words for all of the protocol: liveness, metadata, tensors as JSON and as bytes in both directions.
const CLIENT = `
import json, sys
import numpy as np
import tritonclient.http as http

asked = json.load(sys.stdin)
client = http.InferenceServerClient(asked["address"])
assert client.is_server_live() and client.is_server_ready()
assert client.is_model_ready("census-income") and client.is_model_ready("census-income", "1.0.0")
metadata = client.get_model_metadata("census-income")

def infer(binary_in, binary_out, columns):
    inputs = []
    for column in columns:
        isText = column["datatype"] == "BYTES"
        one = http.InferInput(column["name"], column["shape"], "BYTES" if isText else "FP32")
        one.set_data_from_numpy(np.array(column["data"], dtype=object if isText else np.float32).reshape(column["shape"]), binary_data=binary_in)
        inputs.append(one)
    wanted = [http.InferRequestedOutput("score", binary_data=binary_out)]
    result = client.infer("census-income", inputs, request_id="7", outputs=wanted)
    assert result.get_response()["id"] == "7"
    return result.as_numpy("score").tolist()

said = {"metadata": metadata, "scores": [infer(a, b, asked["columns"]) for a in (True, False) for b in (True, False)]}
try:
    infer(True, True, asked["columns"][1:])
except http.InferenceServerException as error:
    said["refused"] = [error.status(), error.message()]
print(json.dumps(said))
`;

let at: Scene;
beforeAll(async () => {
  at = await serving();
});
afterAll(() => at[Symbol.asyncDispose]());

/** The client's answer; it runs beside the server of this process. */
function client(asked: unknown): Promise<{ metadata: unknown; scores: number[][]; refused: string[] }> {
  return new Promise((done, failed) => {
    const child = spawn(python, ["-c", CLIENT], { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    child
      .on("error", failed)
      .on("close", (code) => (code === 0 ? done(JSON.parse(text)) : failed(new Error(`exit ${code}`))));
    child.stdin.end(JSON.stringify(asked));
  });
}

describe.skipIf(missing !== undefined)("a client that others have written", () => {
  it("reads the metadata, and gets the same scores by JSON and by bytes, in and out", async () => {
    const columns = columnsOf(await adults());
    const { metadata, scores, refused } = await client({ address: new URL(at.url).host, columns });
    expect(metadata).toMatchObject({ name: "census-income", versions: ["1.0.0"] });
    const wanted = await expected("adult-columns");
    expect(scores).toHaveLength(4);
    for (const one of scores) for (const [i, score] of wanted.entries()) expect(one[i]).toBeCloseTo(score, 6);
    expect(refused).toEqual(["400", expect.stringContaining('lacks "age"')]);
  });
});
