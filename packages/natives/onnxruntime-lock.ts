import type { NativesLock } from "./lock.ts";

/** Made by `npm run natives` from package-lock.json and the packages themselves. */
export const onnxruntimeLock: NativesLock = [
  {
    name: "onnxruntime-node",
    version: "1.30.0",
    integrity:
      "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==",
    tree: "8ac42e7dda2040a15733dcacaab4e8f1c08aeeb598a9a0161a8c7775a1601ea8",
    os: "darwin",
    cpu: "arm64",
    omit: [
      "bin/napi-v6/linux/arm64/",
      "bin/napi-v6/linux/x64/",
      "bin/napi-v6/win32/arm64/",
      "bin/napi-v6/win32/x64/",
      "bin/napi-v6/darwin/arm64/libonnxruntime.1.30.0.dylib",
    ],
  },
  {
    name: "onnxruntime-node",
    version: "1.30.0",
    integrity:
      "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==",
    tree: "be531f2d39c63d9b79173ab6ee5fb07aff6c5e65b95adbe7a68cc73e67e36d25",
    os: "linux",
    cpu: "arm64",
    libc: "glibc",
    omit: [
      "bin/napi-v6/darwin/arm64/",
      "bin/napi-v6/linux/x64/",
      "bin/napi-v6/win32/arm64/",
      "bin/napi-v6/win32/x64/",
    ],
  },
  {
    name: "onnxruntime-node",
    version: "1.30.0",
    integrity:
      "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==",
    tree: "d9ad590bfcc4ee3cda6355488fb78c7ccf6ab46eb84495eff05ee477a93f43bb",
    os: "linux",
    cpu: "x64",
    libc: "glibc",
    omit: [
      "bin/napi-v6/darwin/arm64/",
      "bin/napi-v6/linux/arm64/",
      "bin/napi-v6/win32/arm64/",
      "bin/napi-v6/win32/x64/",
    ],
  },
  {
    name: "onnxruntime-node",
    version: "1.30.0",
    integrity:
      "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==",
    tree: "d1631a5072fc8229431d6ecbecdde05d019c7175b515caa0d8d037c5a8a050ce",
    os: "win32",
    cpu: "arm64",
    omit: [
      "bin/napi-v6/darwin/arm64/",
      "bin/napi-v6/linux/arm64/",
      "bin/napi-v6/linux/x64/",
      "bin/napi-v6/win32/x64/",
      "bin/napi-v6/win32/arm64/DirectML.dll",
      "bin/napi-v6/win32/arm64/dxcompiler.dll",
      "bin/napi-v6/win32/arm64/dxil.dll",
    ],
  },
  {
    name: "onnxruntime-node",
    version: "1.30.0",
    integrity:
      "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==",
    tree: "27c15125499d96e9dc781a7a7bb0df38a12307751a0f2234a669df928713ec5e",
    os: "win32",
    cpu: "x64",
    omit: [
      "bin/napi-v6/darwin/arm64/",
      "bin/napi-v6/linux/arm64/",
      "bin/napi-v6/linux/x64/",
      "bin/napi-v6/win32/arm64/",
      "bin/napi-v6/win32/x64/DirectML.dll",
      "bin/napi-v6/win32/x64/dxcompiler.dll",
      "bin/napi-v6/win32/x64/dxil.dll",
    ],
  },
  {
    name: "onnxruntime-common",
    version: "1.30.0",
    integrity:
      "sha512-7fdVWjAID1dVhH/G8qK3APARunV4VkBFoCQAP7qp4Wkab0mrorvmc+sqiT+mKXOzDqdjN5j+/Z9nb4gzNPWcyA==",
    tree: "42647bc3f17b7d3890940d70b3300ff03eb21c9fc2e1151643ebbc2ec56d4ceb",
  },
];
