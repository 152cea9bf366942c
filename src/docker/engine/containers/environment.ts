/** The PATH of images that set none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The environment of a container's process: PATH, HOSTNAME, with a tty TERM, then the configured ones; HOME last unless it
 * is set. An entry without `=` takes a variable away (daemon/container_operations CreateDaemonEnvironment).
 */
export function environment(
  configured: readonly string[],
  facts: { readonly hostname: string; readonly tty: boolean; readonly home: string },
): Map<string, string> {
  const env = new Map([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', facts.hostname],
  ]);
  if (facts.tty) env.set('TERM', 'xterm');
  extend(env, configured);
  if (!env.has('HOME')) env.set('HOME', facts.home);
  return env;
}

/** Sets `NAME=value` entries in a map; `NAME` removes. */
export function extend(env: Map<string, string>, entries: readonly string[]): void {
  for (const entry of entries) {
    const at = entry.indexOf('=');
    if (at < 0) env.delete(entry);
    else env.set(entry.slice(0, at), entry.slice(at + 1));
  }
}
