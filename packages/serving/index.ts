export type { ToLoad } from "./http/admin-api.ts";
export { type RunningServer, type ServerOptions, startServer } from "./server.ts";
export { versionInFolder } from "./version/folder.ts";
export { modelOf, type ServedVersion, servedVersion } from "./version/served.ts";
