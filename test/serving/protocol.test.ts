import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  adults,
  columnsOf,
  expected,
  NUMERIC,
  type Row,
  type Said,
  type Scene,
  serving,
  tableRows,
} from "./scene.ts";

let at: Scene;
let rows: Row[];
beforeAll(async () => {
  [at, rows] = await Promise.all([serving(), adults()]);
});
afterAll(() => at[Symbol.asyncDispose]());

const score = ({ outputs: [first] }: Said): number[] => first?.data ?? [];
const close = (found: readonly number[], wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length);
  for (const [i, one] of wanted.entries()) expect(found[i]).toBeCloseTo(one, 6);
};

describe("Open Inference Protocol", () => {
  it("says what it is and what it has", async () => {
    expect((await at.ask("/v2")).json).toEqual({
      name: "mlops-actions",
      version: "0.1.0",
      extensions: ["binary_tensor_data"],
    });
    expect((await at.ask("/v2/health/live")).json).toEqual({ live: true });
    expect((await at.ask("/v2/health/ready")).json).toEqual({ ready: true });
    expect((await at.ask("/v2/models/census-income/ready")).json).toEqual({
      name: "census-income",
      ready: true,
    });
    const { json } = await at.ask("/v2/models/census-income");
    expect(json).toMatchObject({ name: "census-income", versions: ["1.0.0"], platform: "onnxruntime" });
    expect(json.inputs).toHaveLength(13);
    expect(json.inputs[0]).toEqual({ name: "age", datatype: "FP32", shape: [-1, 1] });
    expect(json.inputs[5]).toEqual({ name: "workclass", datatype: "BYTES", shape: [-1, 1] });
    expect(json.outputs).toEqual([{ name: "score", datatype: "FP64", shape: [-1] }]);
    expect((await at.ask("/v2/models/census-income/versions/1.0.0")).json).toEqual(json);
  });

  it("answers as Python's onnxruntime does", async () => {
    const { status, json } = await at.ask("/v2/models/census-income/infer", {
      id: "one",
      inputs: columnsOf(rows),
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ model_name: "census-income", model_version: "1.0.0", id: "one" });
    expect(json.outputs).toEqual([
      { name: "score", datatype: "FP64", shape: [100], data: expect.any(Array) },
    ]);
    close(score(json), await expected("adult-columns"));
  });

  it("takes a version by name, columns in any order, a shape without the one, and numbers of any type", async () => {
    const inputs = columnsOf(rows.slice(0, 2))
      .reverse()
      .map((input) => ({ ...input, shape: [2], datatype: input.datatype === "FP64" ? "INT64" : "BYTES" }));
    const { json } = await at.ask("/v2/models/census-income/versions/1.0.0/infer", { inputs });
    close(score(json), (await expected("adult-columns")).slice(0, 2));
  });

  it("reads and writes binary tensors", async () => {
    const wanted = (await expected("adult-columns")).slice(0, 3);
    const inputs = columnsOf(rows.slice(0, 3));
    const tails: Buffer[] = [];
    const described = inputs.map(({ name, shape, datatype, data }) => {
      const bytes =
        datatype === "BYTES"
          ? Buffer.concat(
              data.map((text) => {
                const own = Buffer.from(String(text));
                const length = Buffer.alloc(4);
                length.writeUInt32LE(own.length);
                return Buffer.concat([length, own]);
              }),
            )
          : Buffer.from(Float32Array.from(data as number[]).buffer);
      tails.push(bytes);
      return {
        name,
        shape,
        datatype: datatype === "BYTES" ? "BYTES" : "FP32",
        parameters: { binary_data_size: bytes.length },
      };
    });
    const head = Buffer.from(JSON.stringify({ inputs: described, parameters: { binary_data_output: true } }));
    const ask = (length: number) =>
      at.ask("/v2/models/census-income/infer", Buffer.concat([head, ...tails]), {
        "inference-header-content-length": String(length),
      });
    const { status, headers, text } = await ask(head.length);
    expect(status).toBe(200);
    const jsonBytes = Number(headers["inference-header-content-length"]);
    const { outputs } = JSON.parse(text.slice(0, jsonBytes));
    expect(outputs).toEqual([
      { name: "score", datatype: "FP64", shape: [3], parameters: { binary_data_size: 24 } },
    ]);
    const tail = Buffer.from(text.slice(jsonBytes), "latin1");
    close(
      [0, 8, 16].map((offset) => tail.readDoubleLE(offset)),
      wanted,
    );
    expect((await ask(head.length + 1)).status).toBe(400);
    expect((await ask(10 ** 8)).json.error).toContain("larger than the body");
  });

  it("keeps missing values: null is NaN for a number and the empty text for a text", async () => {
    await using network = await serving({ model: "adult-lightgbm" });
    const missing = { ...rows[0], age: null as unknown as number };
    const { status, json } = await network.infer(
      columnsOf([missing], NUMERIC).map((input) => ({ ...input, datatype: "FP32" })),
    );
    expect(status).toBe(200);
    expect(score(json)[0]).toBeGreaterThan(0);
    const text = columnsOf([{ ...rows[0], workclass: null as unknown as string }]);
    const blank = columnsOf([{ ...rows[0], workclass: "" }]);
    const [a, b] = await Promise.all([at.infer(text), at.infer(blank)]);
    expect(score(a.json)).toEqual(score(b.json));
  });

  it("takes one matrix where the model does, or its columns by name", async () => {
    await using trees = await serving({ model: "adult-lightgbm" });
    const { json } = await trees.ask("/v2/models/census-income");
    expect(json.inputs).toEqual([
      { name: json.inputs[0]?.name, datatype: "FP32", shape: [-1, 5], parameters: { columns: NUMERIC } },
    ]);
    const matrix = rows.map((row) => NUMERIC.map((name) => row[name]));
    const tensor = { name: json.inputs[0]?.name, shape: [100, 5], datatype: "FP32" };
    const wanted = await expected("adult-lightgbm");
    close(score((await trees.infer([{ ...tensor, data: matrix }])).json), wanted);
    close(score((await trees.infer([{ ...tensor, data: matrix.flat() }])).json), wanted);
    close(score((await trees.infer(columnsOf(rows, NUMERIC))).json), wanted);
    const narrow = await trees.infer([
      { ...tensor, shape: [100, 4], data: matrix.map((row) => row.slice(1)) },
    ]);
    expect(narrow).toMatchObject({ status: 400, json: { field: "inputs[0].shape" } });
    expect(narrow.json.error).toContain('"age", "education_num"');
  });

  it("gives every class its own output, and those that are asked for alone", async () => {
    const names = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];
    await using penguins = await serving({
      model: "penguins",
      manifest: (of) => ({
        ...of,
        task: "multiclass",
        interface: { by: "onnx", features: names, classes: ["Adelie", "Chinstrap", "Gentoo"] },
      }),
    });
    const bills = (await tableRows("penguins-species/data/penguins.csv", names, 344)).filter(
      (row) => row.body_mass_g !== 0,
    );
    const all = await penguins.infer(columnsOf(bills, names));
    expect(all.json.outputs.map(({ name }) => name)).toEqual(["p_Adelie", "p_Chinstrap", "p_Gentoo"]);
    for (const [at, { data }] of all.json.outputs.entries()) close(data, await expected("penguins", at));
    const { json } = await penguins.ask("/v2/models/census-income/infer", {
      inputs: columnsOf(bills, names),
      outputs: [{ name: "p_Gentoo" }],
    });
    expect(json.outputs).toEqual([all.json.outputs[2]]);
  });

  it("answers numbers for inputs of several types", async () => {
    const names = [
      "season",
      "mnth",
      "hr",
      "holiday",
      "weekday",
      "workingday",
      "weathersit",
      "temp",
      "atemp",
      "hum",
      "windspeed",
    ];
    const hours = await tableRows("bike-demand/data/test.csv", names, 100);
    await using bikes = await serving({
      model: "bikes-forest",
      manifest: (of) => ({ ...of, task: "regression", interface: { by: "onnx" } }),
    });
    const { json } = await bikes.infer(columnsOf(hours, names));
    expect(json.outputs.map(({ name }) => name)).toEqual(["prediction"]);
    const wanted = await expected("bikes-forest", 0, "variable");
    for (const [i, one] of wanted.entries()) expect((json.outputs[0]?.data[i] ?? 0) / one).toBeCloseTo(1, 5);
    const half = columnsOf([{ ...hours[0], hr: 0.5 }], names);
    expect((await bikes.infer(half)).json.error).toMatch(/is "0\.5", but "hr" takes whole numbers/);
  });

  it("asks a model that takes one row a call row by row", async () => {
    await using single = await serving({
      model: "adult-network-single",
      manifest: (of) => ({ ...of, interface: { ...of.interface, features: NUMERIC } }),
    });
    const all = await single.infer(columnsOf(rows.slice(0, 5), NUMERIC));
    const one = await single.infer(columnsOf(rows.slice(4, 5), NUMERIC));
    expect(score(all.json)).toHaveLength(5);
    expect(score(all.json)[4]).toBe(score(one.json)[0]);
  });
});

describe("A request that cannot be answered", () => {
  const change = (name: string, by: object) =>
    columnsOf(rows.slice(0, 2)).map((input) => (input.name === name ? { ...input, ...by } : input));

  it.each<[string, () => unknown, string, RegExp]>([
    [
      "lacks columns",
      () => columnsOf(rows.slice(0, 1), ["age"]),
      "inputs",
      /lacks "education_num", .*"native_country"/,
    ],
    ["has no inputs", () => [], "inputs", /inputs/],
    [
      "misspells a column",
      () => change("age", { name: "agee" }),
      "inputs[0].name",
      /"agee".*nearest is "age"/,
    ],
    [
      "names a column that nobody knows",
      () => change("age", { name: "zzzzzzzz" }),
      "inputs[0].name",
      /it takes "age", /,
    ],
    [
      "gives a column twice",
      () => [...columnsOf(rows.slice(0, 2)), ...columnsOf(rows.slice(0, 2), ["age"])],
      "inputs[13].name",
      /"age" a second time/,
    ],
    [
      "gives a text for a number",
      () => change("age", { data: [1, "old"] }),
      "inputs[0].data[1]",
      /is "old", but "age" takes numbers, or null/,
    ],
    [
      "declares texts for a number",
      () => change("age", { datatype: "BYTES", data: ["1", "2"] }),
      "inputs[0].datatype",
      /BYTES, but "age" takes numbers/,
    ],
    [
      "gives a number for a text",
      () => change("sex", { data: ["Male", 1] }),
      "inputs[11].data[1]",
      /is "1", but "sex" takes texts/,
    ],
    [
      "has a shape of other size",
      () => change("age", { shape: [3, 1] }),
      "inputs[0].data",
      /has 2 values, and `shape` \[3, 1\] says 3/,
    ],
    [
      "has columns of other lengths",
      () => change("sex", { shape: [1, 1], data: ["Male"] }),
      "inputs[11].shape",
      /1 rows, and `inputs\[0\].shape` has 2/,
    ],
    [
      "has no row",
      () => columnsOf(rows.slice(0, 2)).map((input) => ({ ...input, shape: [0], data: [] })),
      "inputs[0].shape",
      /no row/,
    ],
    [
      "has too many rows",
      () => change("age", { shape: [1001], data: new Array(1001).fill(1) }),
      "inputs[0].shape",
      /1001 rows; one request may have 1000/,
    ],
    ["has no data", () => change("age", { data: undefined }), "inputs[0].data", /is not a list/],
    [
      "has a datatype that does not exist",
      () => change("age", { datatype: "FLOAT" }),
      "inputs[0].datatype",
      /datatype/,
    ],
    [
      "claims to be binary",
      () => change("age", { parameters: { binary_data_size: 8 } }),
      "inputs[0].parameters.binary_data_size",
      /Inference-Header-Content-Length/,
    ],
  ])("is told so when it %s", async (_, inputs, field, said) => {
    const { status, json } = await at.infer(inputs());
    expect(json).toEqual({ error: expect.stringMatching(said), field });
    expect(status).toBe(400);
  });

  it("is told so when it is no JSON, not UTF-8, or has NaN", async () => {
    const infer = (body: string | Buffer) => at.ask("/v2/models/census-income/infer", body);
    expect((await infer("{")).json.error).toMatch(/^The body is no JSON: /);
    expect(
      (await infer('{"inputs":[{"name":"age","shape":[1],"datatype":"FP32","data":[NaN]}]}')).json.error,
    ).toMatch(/JSON has no NaN and no Infinity\. Write null/);
    expect((await infer(Buffer.from([0x7b, 0xff, 0x7d]))).json.error).toContain("not UTF-8");
    const wanted = await at.ask("/v2/models/census-income/infer", {
      inputs: columnsOf(rows.slice(0, 1)),
      outputs: [{ name: "probability" }],
    });
    expect(wanted.json).toEqual({
      error: expect.stringContaining('answers "score"'),
      field: "outputs[0].name",
    });
  });

  it("is told so when its path, method, encoding or origin is wrong", async () => {
    expect(await at.ask("/v2/models/other/infer", {})).toMatchObject({ status: 404 });
    expect(await at.ask("/v2/models/census-income/versions/9.9.9/infer", {})).toMatchObject({
      status: 404,
      json: { error: 'The version "9.9.9" is not loaded; 1.0.0 is.' },
    });
    expect(await at.ask("/v2/models/census-income/infer")).toMatchObject({ status: 405 });
    expect(await at.ask("/v2/models/census-income/explain", {})).toMatchObject({ status: 404 });
    expect(await at.ask("/v2/models/%ff")).toMatchObject({ status: 400 });
    expect(await at.ask("/")).toMatchObject({ status: 404 });
    expect(await at.infer([], { "content-encoding": "gzip" })).toMatchObject({ status: 415 });
    expect(await at.infer([], { origin: "https://example.org" })).toMatchObject({ status: 403 });
  });

  it("is cut off where its body is too large, said or not", async () => {
    const large = "x".repeat(1_000_001);
    expect(await at.ask("/v2/models/census-income/infer", large)).toMatchObject({
      status: 413,
      json: { error: "The body is longer than 1000000 bytes." },
    });
    const chunked = await at.ask("/v2/models/census-income/infer", large, { "transfer-encoding": "chunked" });
    expect(chunked.status).toBe(413);
    expect((await at.infer(columnsOf(rows.slice(0, 1)))).status).toBe(200);
  });

  it("is no bad event", async () => {
    const count = (outcome: string) =>
      at.metric("mlops_requests_total", { slot: "stable", version: "1.0.0", outcome });
    const [ok, client] = [await count("ok"), await count("client")];
    await at.infer([]);
    await at.infer(columnsOf(rows.slice(0, 7)));
    expect([await count("ok"), await count("client")]).toEqual([ok + 1, client + 1]);
    for (const outcome of ["model", "crashed", "timeout", "overloaded", "down", "internal"])
      expect(await count(outcome)).toBe(0);
  });
});
