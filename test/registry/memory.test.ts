import { registryContract } from "../../packages/registry/registry.contract.ts";
import { Memory } from "./memory.ts";

registryContract("in memory", async () => {
  const memory = new Memory();
  return {
    refs: memory.refs,
    releases: memory.releases,
    lightweightTag: async (name) => void memory.tags.set(name, "lightweight"),
    [Symbol.asyncDispose]: async () => undefined,
  };
});
