/** The version the simulated CLI says it is. */
export const CLI_VERSION = {
  Version: '29.7.2',
  ApiVersion: '1.55',
  GitCommit: '26d1ce1',
  GoVersion: 'go1.26.10',
} as const;

/** The plugins that come with it. */
export const PLUGINS = [
  { Name: 'buildx', ShortDescription: 'Docker Buildx', Vendor: 'Docker Inc.', Version: '0.29.1+ds1' },
  { Name: 'compose', ShortDescription: 'Docker Compose', Vendor: 'Docker Inc.', Version: '2.40.3-3' },
] as const;
