import * as http from "node:http";

/**
 * Sends `fetch` through the proxy that the runner's machine is set up with (`https_proxy`, `http_proxy`, `no_proxy`): without this
 * Node ignores them, and a runner behind a proxy reaches neither GitHub nor the registry.
 */
export function followProxy(environment: Readonly<Record<string, string | undefined>>): void {
  const names = ["http_proxy", "https_proxy", "no_proxy"];
  const proxies = Object.fromEntries(
    names.flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, environment[name]]),
  );
  // Node 24 has it since 24.14.
  if (Object.values(proxies).some((value) => value)) http.setGlobalProxyFromEnv?.(proxies);
}
