import { ValueError } from './numbers.ts';
import { splitCsv } from './validators.ts';

/** A network as `--network` names it, with what it asks for there. */
export interface Attachment {
  target: string;
  aliases: string[];
  ip: string;
  ip6: string;
  local: readonly string[];
  mac: string;
  priority: number;
  driverOpts: Record<string, string>;
}

/** A network without wishes. */
export function blank(target: string): Attachment {
  return { target, aliases: [], ip: '', ip6: '', local: [], mac: '', priority: 0, driverOpts: {} };
}

/** Reads `appnet`, or `name=appnet,alias=web,ip=10.0.0.2`. Throws ValueError. */
export function parseNetwork(written: string): Attachment {
  const out = blank(written);
  if (!/\w+=\w+(,\w+=\w+)*/.test(written)) return out;
  out.target = '';
  for (const field of splitCsv(written)) {
    const at = field.indexOf('=');
    if (at <= 0) throw new ValueError(`invalid field ${field}`);
    const key = field.slice(0, at).trim();
    const value = field.slice(at + 1).trim();
    if (key === 'name') out.target = value;
    else if (key === 'alias') out.aliases.push(value);
    else if (key === 'ip') out.ip = value;
    else if (key === 'ip6') out.ip6 = value;
    else if (key === 'link-local-ip') out.local = [...out.local, value];
    else if (key === 'mac-address') out.mac = value;
    else if (key === 'gw-priority') out.priority = Number(value);
    else if (key === 'driver-opt') {
      const [name = '', ...rest] = value.split('=');
      if (rest.length === 0 || name === '')
        throw new ValueError('invalid key value pair format in driver options');
      out.driverOpts[name.trim()] = rest.join('=').trim();
    } else throw new ValueError(`invalid field key ${key}`);
  }
  if (out.target === '') throw new ValueError('network name/id is not specified');
  return out;
}
