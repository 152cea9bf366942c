/**
 * Our own recordings are of Engine 28.5.2, the newest that can be installed; Muelle is 29.7.2 with the containerd image store.
 * What the given transcripts show to have changed in between is taken away on both sides before they are compared, so that
 * the rest of a step still counts.
 */
const CHANGES: readonly (readonly [RegExp, string])[] = [
  [/\/v1\.\d\d\/images/g, '/v1.xx/images'],
  [/\/tmp\/rd29\/data/g, '/var/lib/docker'],
  [
    /failed to connect to the docker API at (\S+); check if the path is correct and if the daemon is running: dial unix \S+: connect: no such file or directory/g,
    'Cannot connect to the Docker daemon at $1. Is the docker daemon running?',
  ],
  // the versions themselves
  [/28\.5\.2\+dfsg4, build [0-9a-f]{40}|29\.7\.2, build [0-9a-f]{7}/g, '<VERSION>, build <COMMIT>'],
  [/\b(?:28\.5\.2\+dfsg4|29\.7\.2)(?![\w.])/g, '<VERSION>'],
  [/(\/v|API version is )1\.(?:50|51|55)\b/g, '$1<API>'],
  [/(Minimum supported API version is )1\.(?:24|40)\b/g, '$1<API>'],
  // overlay2 has no digests of local images, and writes one image instead of manifests.
  [/(FROM [^\s@]+|resolve [^\s@]+)@sha256:[0-9a-f]{24,64}/g, '$1'],
  [
    /^#\d+ (?:resolve docker|exporting (?:layers|manifest|config|attestation|manifest list)|writing image|naming to|unpacking to)\b.*\n/gm,
    '',
  ],
  // overlay2 has every base image unpacked already: CACHED where the containerd store says DONE, or CANCELED.
  [/^(#(\d+) (?:\[[^\]]*\] )?FROM [^\n]*\n(?:#\2 [^\n]*\n)*?)#\2 (?:CACHED|CANCELED|DONE[^\n]*)\n/gm, '$1'],
  // The same on a terminal.
  [
    /^ => => (?:resolve docker|exporting (?:manifest|config|attestation)|writing image|unpacking to)\b.*\n/gm,
    '',
  ],
  [/ref (?:[0-9a-f-]{36}|[a-z0-9]{25})::[a-z0-9]{25}/g, 'ref <REF>'],
  // runc 1.1 → 1.4
  [/error during container init: /g, ''],
  [/: mount (?:src=)?(\/[^\s:]+):(?:dst=)?(\/[^\s:]+)/g, ': mount $1:$2'],
  [
    /mount (\/[^\s:,]+):(\/[^\s:,]+) \(via \/proc\/self\/fd\/\d+\), flags: 0x\w+:|mount src=([^\s,]+), dst=([^\s,]+), dstFd=[^\s,]+, flags=[A-Z_|]+:/g,
    'mount $1$3 on $2$4:',
  ],
  [
    /(?:create mountpoint for \S+ mount: make mountpoint "\S+": )?mkdir(?:at)? \/var\/lib\/docker\/(?:overlay2\/[0-9a-f]{64}\/merged|rootfs\/overlayfs\/[0-9a-f]{64})\//g,
    'mkdir /',
  ],
  // Addresses are netip's since 29: one that is none has a text of its own; the MAC address comes after the IP address.
  [/=invalid IP(?= |$)/gm, '='],
  [/"MacAddress":"",/g, ''],
  // 29 adds the status of its addresses to network inspect.
  [/,"Status"\]/g, ']'],
  // Image mounts were experimental until 29.7.
  [/^WARNING: Image mount is an experimental feature\n/gm, ''],
  [
    /no configured subnet (?:or ip-range contain the|contains) IP address/g,
    'no configured subnet contains IP address',
  ],
  [/\bInvalid --security-opt/g, 'invalid --security-opt'],
  // Which of the two addresses of a port is named varies (BEHAVIOURS.md, 63).
  [/Bind for (?:0\.0\.0\.0|::):/g, 'Bind for *:'],
  // the CLI's wording (docker/cli, opts/mount.go)
  [
    /invalid value for '?([\w-]+)'?: (?:invalid boolean value \("(.*?)"\): must be .*|(\w+))$/gm,
    'invalid value for $1: $2$3',
  ],
  [/(?:unexpected key|unknown option) '/g, "unknown option '"],
  [
    /unknown option ' (\w+)' in '(.*?)'$|invalid option '(\w+)' in '(.*?)': option should not have whitespace$/gm,
    "unknown option '$1$3'",
  ],
  [/"Subpath":"(.*?)","DriverConfig":\{\}/g, '"Subpath":"$1"'],
  [/: is a directory(?=: permission denied)/g, ''],
  [/^Successfully copied \S+(?: \(transferred \S+\))? to/gm, 'Successfully copied to'],
  // the CLI's wording
  [/^You (cannot attach to)/gm, '$1'],
  [/^Error: Neither old nor new names may be empty/gm, 'new name cannot be blank'],
  [/^Error: (No such object|failed to start containers|No public port|Cannot)/gm, '$1'],
  [/^no public port/gm, 'No public port'],
  [/^error: no such object/gm, 'No such object'],
  [/^failed to rename container: /gm, ''],
  [/^Error: failed to rename container named .*\n/gm, ''],
  [/: denied: requested access to the resource is denied/g, ''],
  [/\bError parsing reference/g, 'error parsing reference'],
  [/\bContainer ([0-9a-f]{64}|\w+) is (already )?paused/g, 'container $1 is $2paused'],
  [
    /^the input device is not a TTY$/gm,
    'cannot attach stdin to a TTY-enabled container because stdin is not a terminal',
  ],
  [/^\s*Run 'docker [^']*--help' for more information\n/gm, ''],
  [/^WARNING: Links on the default bridge network are deprecated .*\n/gm, ''],
  // As of Docker's help, of BusyBox's usage the forms are told, not its sentences and lists (they are under the GPL).
  [
    /(multi-call binary\.\n\nUsage: .*\n(?:(?:[\t ]|or: ).*\n)*)(?:\n(?:(?!Usage: |BusyBox )[A-Z(].*\n)+)?(?:\n(?:[A-Z].*:\n)?(?:[\t (].*\n)+)*(?:\n(?:(?!Usage: |BusyBox )[A-Z(].*\n)+)?/g,
    '$1',
  ],
  [/\/tmp\/rd29\/data/g, '/var/lib/docker'],
  // the containerd image store (07, 08, 09): an image has one ID and no digests of its own to take away
  [/^Untagged: \S+@sha256:[0-9a-f]{64}\n/gm, ''],
  [/^(Deleted: sha256:[0-9a-f]{64}\n)(?:Deleted: sha256:[0-9a-f]{64}\n)+/gm, '$1'],
  [
    /unable to remove repository reference "([^":]+)" \(must force\)/g,
    'unable to delete $1:latest (must be forced)',
  ],
  [/unable to remove repository reference "([^"]+)" \(must force\)/g, 'unable to delete $1 (must be forced)'],
  [/manifest for (\S+) not found: manifest unknown: manifest unknown/g, '$1: not found'],
  [/failed to resolve reference "[^"]+": (?:docker\.io\/(?:library\/)?)?(\S+: not found)/g, '$1'],
  [
    /(?:failed to resolve reference "[^"]+": )?failed to do request: Head "https:\/\/([^/"]+)\/v2\/[^"]*"/g,
    'Get "https://$1/v2/"',
  ],
  [/Get "http:\/\/([^/"]+)\/v2\/"/g, 'Get "https://$1/v2/"'],
  [/An image does not exist locally with the tag: (\S+)/g, 'tag does not exist: $1:latest'],
  [/^(Error response from daemon: No such image: [^\s:@]+)$/gm, '$1:latest'],
  [
    /open \/var\/lib\/docker\/tmp\/docker-import-\d+\/repositories: no such file or directory/g,
    'unrecognized image format',
  ],
  [
    /^Cannot perform an interactive login from a non TTY device/gm,
    'error: cannot perform an interactive login from a non-TTY device',
  ],
  // fields of the API (06)
  [/^\s*"(?:OnBuild|HealthStatus)"(?:: null)?,?\n/gm, ''],
  [/("Driver": ?)"overlay2"/g, '$1"overlayfs"'],
  // Go names the types (06); a misprint of the CLI was mended (18)
  [/(incompatible types for comparison): [\w.]+ and [\w.]+/g, '$1'],
  [/^SRun 'docker [^']*--help' for more information\n/gm, ''],
];

/** What both eras have in common of an output, e.g. without `#5 resolve docker.io/library/busybox:latest`. */
export function withoutEra(text: string): string {
  return CHANGES.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}
