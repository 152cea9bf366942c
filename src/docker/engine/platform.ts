/** Is an image for the one platform that is simulated wanted? */
export const isHere = (platform: string | undefined): boolean =>
  platform === undefined || platform === 'linux/amd64';
