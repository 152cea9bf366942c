import type { Random } from '../../kernel/random.ts';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

function digits(random: Random, count: number): string {
  let out = '';
  for (let i = 0; i < count; i++) out += DIGITS[random.below(36)] ?? '0';
  return out;
}

/** An ID of the swarm: 25 digits of base 36 (swarmkit/identity). */
export const newSwarmId = (random: Random): string => digits(random, 25);

/** A join token: version, digest of the root certificate, secret. */
export const newToken = (random: Random, digest: string): string =>
  `SWMTKN-1-${digest}-${digits(random, 25)}`;

/** The digest of the root certificate in every join token. */
export const newTokenDigest = (random: Random): string => digits(random, 50);

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Random text in base 64. */
export function base64(random: Random, count: number): string {
  let out = '';
  for (let i = 0; i < count; i++) out += BASE64[random.below(64)] ?? 'A';
  return out;
}

/** The key that unlocks a manager's log. */
export const newUnlockKey = (random: Random): string => `SWMKEY-1-${base64(random, 43)}`;

/** A root certificate as PEM: lines of 64 characters. */
export function newCertificate(random: Random): string {
  const body = `MIIB${base64(random, 480)}==`;
  return `-----BEGIN CERTIFICATE-----\n${body.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}
