import type { NativesLock } from "./lock.ts";

/** Made by `npm run natives` from package-lock.json and the packages themselves. */
export const duckdbLock: NativesLock = [
  {
    name: "@duckdb/node-api",
    version: "1.5.5-r.5",
    integrity:
      "sha512-ZMX+sel3DjSKbGuQ44Y5Tp5LwYjlJkhB5faKr+9sSMcxixDMSW+8vaTOD1uRDuN9o0udUoCY/XX9PI1haEZuZg==",
    tree: "64728033af9cc3c67bdea89fde42358e83619a288d6442277ab3fd6a27f055c8",
  },
  {
    name: "@duckdb/node-bindings",
    version: "1.5.5-r.5",
    integrity:
      "sha512-sR7x91TfBunLqLbdvrcdiPCU+VGEQFPicxh1STZM402fuHW2ituPTAo2bY3IlntsvJShltrKF4R6B+JYPlAPZg==",
    tree: "3e9a9396039c5508c89b5d420ce0dfe05da9bb8fa37c6f72ab3153a8c23ba4e9",
  },
  {
    name: "@duckdb/node-bindings-darwin-arm64",
    version: "1.5.5-r.5",
    integrity:
      "sha512-WJdeLTFy4pRg60rkbp9smtlP1iIQ8ErtIJkxS+2LQtM1ZZMSByyW+3WPpNoKe7IwPtVl2fLlPw7tDmQW4Z974g==",
    tree: "20b6dca73dab73824afbed2a10342c7a9d67bfdfdbfdd8f99996e88f183c82ad",
    os: "darwin",
    cpu: "arm64",
  },
  {
    name: "@duckdb/node-bindings-darwin-x64",
    version: "1.5.5-r.5",
    integrity:
      "sha512-rN0KjX13MwVQ5V5ufykolty/tf4SaafOpGWcUA1Cegf98jPeRdsJsEE1IMXn8n3u6WvMSZEVJmHJ3ma4Hr7Vzg==",
    tree: "01bd4ed53ceb291fa623f3e7e532a26cd0b5a32d73e33056432c7b0afc078ee7",
    os: "darwin",
    cpu: "x64",
  },
  {
    name: "@duckdb/node-bindings-linux-arm64",
    version: "1.5.5-r.5",
    integrity:
      "sha512-CafH2AIvXtpwDynG3KB/4uEOHRGlFoB7auCRMIwH3BKNIobsANV5LSpDJ3tfyRCFIsK6e8AT1eseWVnu2Dv3cw==",
    tree: "08fb0380942d644ba8de74b008c468bb51ed8f0c4a66b7a60772681aa320eef0",
    os: "linux",
    cpu: "arm64",
    libc: "glibc",
  },
  {
    name: "@duckdb/node-bindings-linux-arm64-musl",
    version: "1.5.5-r.5",
    integrity:
      "sha512-00z3mYHUBAucp3L73EoftKDdaGOaV8ENELejiT+PK7dFjTzdXxqhJwZ1LaQV1/zEhIecz+x23f6WvFhWw+7XXQ==",
    tree: "108c9a3031a11b0203d3f0a21b7f2f4445f4a48c0554821497cfe7129253bd6c",
    os: "linux",
    cpu: "arm64",
    libc: "musl",
  },
  {
    name: "@duckdb/node-bindings-linux-x64",
    version: "1.5.5-r.5",
    integrity:
      "sha512-kCyq6BXhn6QXfwF8yVdVKriSSHP+rfVWcJ56cG8qZzlOZpxyvT5WGm6jMshxg4ditLlOsHsIN/D47RYrcjXuHQ==",
    tree: "71941908f2c29226b9fe1cd652dffda31d1feef1b73af703593bcbf99c103c8b",
    os: "linux",
    cpu: "x64",
    libc: "glibc",
  },
  {
    name: "@duckdb/node-bindings-linux-x64-musl",
    version: "1.5.5-r.5",
    integrity:
      "sha512-S5qEc7F+GjXt85T2xArjjvN5oc/IjtH6zsLJsuo8N3fQolheBCefemIMdZoK2Jik8a0sBxidiS6Ld4qprMPPDw==",
    tree: "7cced64ed3b28c254c1f98f7055d5e63fdc017b51a00af6ae440e29cca9ff2fa",
    os: "linux",
    cpu: "x64",
    libc: "musl",
  },
  {
    name: "@duckdb/node-bindings-win32-arm64",
    version: "1.5.5-r.5",
    integrity:
      "sha512-L3Mroc23xhqOowWVElni8LgEmsm5e9DdG1y2pLka/1ug3Pl2vpQMl1Phxwz4UEMF8DOBbMgN5BBNrYwG2BFo+g==",
    tree: "d9dfdbe33352e2eb0f2b75c3df6fb5bfeca515cefc737990af483b05c04e60ac",
    os: "win32",
    cpu: "arm64",
  },
  {
    name: "@duckdb/node-bindings-win32-x64",
    version: "1.5.5-r.5",
    integrity:
      "sha512-mBGFn8netT/AAhK4TOG6Fw47+Db68CxCVtQ9qfxZc1kZAjds+aYrh17Fd/u5CbTDdxILsrcyuF8q9cUcm54kQA==",
    tree: "9b24cd47a3b7e43ba35abc2fbf7375837a34720a6dbfa3bd830a3a372064dfe0",
    os: "win32",
    cpu: "x64",
  },
  {
    name: "detect-libc",
    version: "2.1.2",
    integrity:
      "sha512-Btj2BOOO83o3WyH59e8MgXsxEQVcarkUOpEYrubB0urwnN10yQ364rsiByU11nZlqWYZm05i/of7io4mzihBtQ==",
    tree: "6d8de4f5d749b92a661c8e685a2e8019d2ea003c3fcd6266215c87661e2b2e28",
  },
];
