import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { capable } from '../tool/capabilities.ts';
import { splitLines } from '../tool/lines.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { BadUsage, credentials, Failure, type Flavour, quoted } from '../tool/tool.ts';
import { gidOf, groups, userName, users } from '../tool/users.ts';
import { execute } from './env.ts';

function appendLine(p: Process, path: string, line: string): void {
  p.fs.append(path, `${line}\n`, '/', credentials(p));
}

function freeId(taken: readonly number[], from: number): number {
  let id = from;
  while (taken.includes(id)) id++;
  return id;
}

/** groupadd(8), addgroup(8): -g GID, -r/-S for a system group. */
export function* groupadd(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'g:rSfo', long: { gid: 'g:', system: 'r', force: 'f' } });
  const [name, member] =
    p.name === 'addgroup' && flavour === 'busybox' && o.args.length === 2
      ? [o.args[1], o.args[0]]
      : [o.args[0], undefined];
  if (name === undefined) throw new BadUsage('');
  const known = groups(p);
  if (member !== undefined) {
    addToGroup(p, member, name);
    return 0;
  }
  if (known.some((group) => group.name === name)) {
    if (o.has('f')) return 0;
    throw flavour === 'gnu' && p.name === 'groupadd'
      ? new Failure(`group '${name}' already exists`, 9)
      : new Failure(`group '${name}' in use`);
  }
  const system = o.has('r', 'S');
  const gid = Number(
    o.get('g') ??
      freeId(
        known.map((group) => group.gid),
        system ? 101 : 1000,
      ),
  );
  appendLine(p, '/etc/group', `${name}:x:${gid}:`);
  if (p.name === 'addgroup' && flavour === 'gnu')
    yield* p.print(`Adding group \`${name}' (GID ${gid}) ...\nDone.\n`);
  return 0;
}

function addToGroup(p: Process, user: string, group: string): void {
  const lines = text(p.fs.read('/etc/group')).split('\n');
  const changed = lines.map((line) => {
    const [name, , , members = ''] = line.split(':');
    if (name !== group) return line;
    const list = members.split(',').filter((member) => member !== '' && member !== user);
    return line.replace(/[^:]*$/, [...list, user].join(','));
  });
  p.fs.write('/etc/group', changed.join('\n'), '/', credentials(p));
}

/** useradd(8): -m, -u, -g, -G, -d, -s, -r, -M; adduser(8): Debian's --system --disabled-password, busybox's -D -S -G -u -h -s -H. */
export function* useradd(p: Process, flavour: Flavour): Sys<number> {
  const adduser = p.name === 'adduser';
  const o =
    adduser && flavour === 'busybox'
      ? parseOptions(p, { short: 'h:g:s:G:SDHu:k:' })
      : parseOptions(p, {
          short: 'mMrs:u:g:G:d:c:bUNolp:',
          long: {
            'create-home': 'm',
            'no-create-home': 'M',
            system: 'r',
            shell: 's:',
            uid: 'u:',
            gid: 'g:',
            groups: 'G:',
            home: 'd:',
            'home-dir': 'd:',
            comment: 'c:',
            gecos: 'c:',
            'disabled-password': 'nopw',
            'disabled-login': 'nopw',
            'no-user-group': 'N',
            'user-group': 'U',
            ingroup: 'g:',
            group: 'owngroup',
            quiet: 'q',
            password: 'p:',
          },
        });
  const [name, existing] = o.args;
  if (name === undefined) throw new BadUsage('');
  if (adduser && existing !== undefined) {
    addToGroup(p, name, existing);
    if (flavour === 'gnu') yield* p.print(`Adding user \`${name}' to group \`${existing}' ...\nDone.\n`);
    return 0;
  }
  const known = users(p);
  if (known.some((user) => user.name === name))
    throw adduser
      ? new Failure(flavour === 'gnu' ? `The user \`${name}' already exists.` : `user '${name}' in use`)
      : new Failure(`user '${name}' already exists`, 9);
  const system = o.has('r', 'S');
  const uid = Number(
    o.get('u') ??
      freeId(
        known.map((user) => user.uid),
        system ? 101 : 1000,
      ),
  );
  const busybox = adduser && flavour === 'busybox';
  const groupWord = busybox ? o.get('G') : o.get('g');
  let gid: number;
  if (groupWord !== undefined) {
    const found = gidOf(p, groupWord);
    if (found === undefined)
      throw new Failure(
        busybox ? `unknown group ${groupWord}` : `group ${quoted(groupWord)} does not exist`,
        6,
      );
    gid = found;
  } else if (adduser && flavour === 'gnu' && system && !o.has('owngroup')) gid = 65_534;
  else {
    const taken = groups(p).map((group) => group.gid);
    gid = taken.includes(uid) ? freeId(taken, uid) : uid;
    appendLine(p, '/etc/group', `${name}:x:${gid}:`);
  }
  const home =
    (busybox ? o.get('h') : o.get('d')) ??
    (system && adduser && flavour === 'gnu' ? '/nonexistent' : `/home/${name}`);
  const shell =
    o.get('s') ??
    (system && adduser
      ? flavour === 'gnu'
        ? '/usr/sbin/nologin'
        : '/bin/false'
      : busybox
        ? '/bin/ash'
        : adduser
          ? '/bin/bash'
          : '/bin/sh');
  appendLine(
    p,
    '/etc/passwd',
    `${name}:x:${uid}:${gid}:${busybox ? (o.get('g') ?? 'Linux User,,,') : (o.get('c') ?? '')}:${home}:${shell}`,
  );
  if (p.fs.exists('/etc/shadow'))
    appendLine(p, '/etc/shadow', `${name}:!:${Math.floor(p.kernel.clock.now / 86_400_000)}:0:99999:7:::`);
  for (const group of busybox ? [] : (o.get('G') ?? '').split(',').filter((g) => g !== ''))
    addToGroup(p, name, group);
  const wantsHome = adduser
    ? !o.has('H', 'M') && home !== '/nonexistent' && !(busybox && system)
    : o.has('m');
  if (wantsHome && !p.fs.exists(home)) {
    p.fs.mkdir(home, '/', { parents: true });
    p.fs.change(home, {
      uid,
      gid,
      mode: adduser && flavour === 'busybox' ? 0o2755 : adduser ? 0o700 : 0o755,
    });
  }
  if (adduser && flavour === 'gnu' && !o.has('q'))
    yield* p.print(
      system
        ? `Adding system user \`${name}' (UID ${uid}) ...\nAdding new user \`${name}' (UID ${uid}) with group \`nogroup' ...\nNot creating home directory \`${home}'.\n`
        : `Adding user \`${name}' ...\nAdding new group \`${name}' (${gid}) ...\nAdding new user \`${name}' (${uid}) with group \`${name} (${gid})' ...\nCreating home directory \`${home}' ...\nCopying files from \`/etc/skel' ...\n`,
    );
  return 0;
}

/** usermod(8): -aG GROUPS, -s SHELL, -d HOME, -u UID. */
export function* usermod(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'aG:s:d:u:g:l:mL',
    long: { append: 'a', groups: 'G:', shell: 's:', home: 'd:', uid: 'u:', gid: 'g:' },
  });
  const [name] = o.args;
  if (name === undefined) throw new BadUsage('');
  if (!users(p).some((user) => user.name === name)) throw new Failure(`user '${name}' does not exist`, 6);
  for (const group of (o.get('G') ?? '').split(',').filter((g) => g !== '')) {
    if (gidOf(p, group) === undefined) throw new Failure(`group '${group}' does not exist`, 6);
    addToGroup(p, name, group);
  }
  const lines = text(p.fs.read('/etc/passwd'))
    .split('\n')
    .map((line) => {
      const fields = line.split(':');
      if (fields[0] !== name) return line;
      const gid = o.get('g');
      if (o.has('u')) fields[2] = o.get('u') ?? '';
      if (gid !== undefined) fields[3] = String(gidOf(p, gid) ?? gid);
      if (o.has('d')) fields[5] = o.get('d') ?? '';
      if (o.has('s')) fields[6] = o.get('s') ?? '';
      return fields.join(':');
    });
  p.fs.write('/etc/passwd', lines.join('\n'), '/', credentials(p));
  return 0;
}

/** userdel(8), deluser, groupdel, delgroup: -r removes the home too. */
export function* userdel(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'rf', long: { remove: 'r', 'remove-home': 'r' } });
  const [name] = o.args;
  if (name === undefined) throw new BadUsage('');
  const group = /group/.test(p.name);
  const path = group ? '/etc/group' : '/etc/passwd';
  const home = users(p).find((user) => user.name === name)?.home;
  const lines = text(p.fs.read(path)).split('\n');
  const kept = lines.filter((line) => line.split(':')[0] !== name);
  if (kept.length === lines.length)
    throw new Failure(group ? `group '${name}' does not exist` : `user '${name}' does not exist`, 6);
  p.fs.write(path, kept.join('\n'), '/', credentials(p));
  if (!group && o.has('r') && p.name === 'userdel' && !p.fs.exists(`/var/mail/${name}`))
    yield* p.error(`userdel: ${name} mail spool (/var/mail/${name}) not found\n`);
  if (!group && o.has('r') && home !== undefined && p.fs.exists(home)) p.fs.removeAll(home);
  return 0;
}

/** su(1): `su USER -c COMMAND`, `su - USER`; gosu, su-exec: USER COMMAND. */
export function* su(p: Process, flavour: Flavour): Sys<number> {
  if (/^(gosu|su-exec|chroot|runuser)$/.test(p.name) && p.name !== 'runuser') {
    const [who = '', ...command] = p.argv.slice(1);
    if (p.name === 'chroot') {
      if (who === '')
        throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '', flavour === 'gnu' ? 125 : 1);
      if (!p.fs.isDirectory(who, p.cwd))
        throw new Failure(
          flavour === 'gnu'
            ? `cannot change root directory to '${who}': No such file or directory`
            : `can't change root directory to '${who}': No such file or directory`,
          flavour === 'gnu' ? 125 : 1,
        );
      // Only the root that it has already; another tree would need a file system of its own.
      if (p.fs.resolve(who, p.cwd).absolute !== '/')
        throw new Failure('muelle: chroot is not simulated here');
      return yield* execute(p, command.length === 0 ? ['/bin/sh', '-i'] : command);
    }
    const [userPart = '', groupPart] = who.split(':');
    const account = users(p).find((user) => user.name === userPart || String(user.uid) === userPart);
    if (account === undefined && !/^\d+$/.test(userPart))
      throw new Failure(
        `error: failed switching to "${who}": unable to find user ${userPart}: no matching entries in passwd file`,
      );
    const gid = groupPart === undefined ? (account?.gid ?? 0) : (gidOf(p, groupPart) ?? 0);
    return yield* execute(p, command, { uid: account?.uid ?? Number(userPart), gid });
  }
  const o = parseOptions(p, {
    short: 'c:s:lmpu:',
    long: { command: 'c:', shell: 's:', login: 'l', user: 'u:' },
  });
  const args = o.args.filter((arg) => arg !== '-');
  const login = o.has('l') || o.args.includes('-');
  const name = o.get('u') ?? args.shift() ?? 'root';
  const account = users(p).find((user) => user.name === name);
  if (account === undefined)
    throw new Failure(
      flavour === 'busybox'
        ? `unknown user ${name}`
        : `user ${name} does not exist or the user entry does not contain all the required fields`,
    );
  if (p.uid !== 0 && flavour === 'busybox' && p.cgroup.noNewPrivileges === true)
    throw new Failure('must be suid to work properly');
  if (p.uid === 0 && !capable(p, 'SETGID'))
    throw new Failure(
      flavour === 'busybox'
        ? "can't set groups: Operation not permitted"
        : 'cannot set groups: Operation not permitted',
    );
  if (p.uid !== 0) {
    yield* p.error('Password: ');
    yield* p.readLine(0);
    // The line that was typed unseen ends on the terminal only.
    yield* p.error(`${p.isatty(0) ? '\n' : ''}${p.name}: Authentication failure\n`);
    return 1;
  }
  const shell =
    o.get('s') ?? (/nologin|false/.test(account.shell) ? account.shell : account.shell || '/bin/sh');
  if (/nologin$/.test(shell)) {
    yield* p.print('This account is currently not available.\n');
    return 1;
  }
  const variables = new Map(p.env);
  variables.set('HOME', account.home).set('USER', name).set('LOGNAME', name).set('SHELL', shell);
  const command = o.get('c');
  return yield* execute(p, [shell, ...(command === undefined ? args : ['-c', command, ...args])], {
    env: variables,
    uid: account.uid,
    gid: account.gid,
    ...(login && p.fs.isDirectory(account.home) ? { cwd: account.home } : {}),
  });
}

/** passwd(1), chpasswd(8): passwords are taken and kept nowhere; -S -l -u -d speak of an account. */
export function* passwd(p: Process, flavour: Flavour): Sys<number> {
  if (p.name === 'chpasswd') {
    return yield* chpasswd(p);
  }
  const o = parseOptions(p, {
    short: 'Sludea:n:x:w:i:qk',
    long: { status: 'S', lock: 'l', unlock: 'u', delete: 'd', expire: 'e', quiet: 'q' },
  });
  const who = o.args[0] ?? userName(p, p.uid);
  if (!users(p).some((user) => user.name === who))
    throw new Failure(flavour === 'gnu' ? `user '${who}' does not exist` : `unknown user ${who}`);
  if (o.has('S')) {
    const [, hash = '', changed = '', ...ages] = shadowOf(p, who);
    const state = hash === '' ? 'NP' : /^[!*]/.test(hash) ? 'L' : 'P';
    const day = formatTime(Number(changed || 0) * 86_400_000, '%F');
    const [least = '', most = '', warn = '', idle = ''] = ages;
    yield* p.print(`${who} ${state} ${day} ${least} ${most} ${warn} ${idle === '' ? -1 : idle}\n`);
    return 0;
  }
  const change = o.last('l', 'u', 'd', 'e');
  if (change !== undefined) {
    if (flavour === 'busybox') yield* p.error(`passwd: password for ${who} changed by root\n`);
    else if (!o.has('q')) yield* p.print('passwd: password changed.\n');
    return 0;
  }
  yield* p.error('New password: ');
  yield* p.readLine(0);
  yield* p.error('Retype new password: ');
  yield* p.readLine(0);
  yield* p.error(`${p.name}: password updated successfully\n`);
  return 0;
}

function shadowOf(p: Process, name: string): string[] {
  const lines = p.fs.exists('/etc/shadow') ? text(p.fs.read('/etc/shadow')).split('\n') : [];
  return lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
}

/** chpasswd(8): `NAME:PASSWORD` lines; an account that is not there is an error. */
function* chpasswd(p: Process): Sys<number> {
  const lines = splitLines(text(yield* p.readAll(0)));
  let code = 0;
  for (const [at, line] of lines.entries()) {
    const name = line.split(':')[0] ?? '';
    if (!line.includes(':')) yield* p.error(`chpasswd: line ${at + 1}: missing new password\n`);
    else if (users(p).some((user) => user.name === name)) {
      setPassword(p, name);
      continue;
    } else
      yield* p.error(
        `chpasswd: (user ${name}) pam_chauthtok() failed, error:\nAuthentication token manipulation error\nchpasswd: (line ${at + 1}, user ${name}) password not changed\n`,
      );
    code = 1;
  }
  return code;
}

/** gpasswd(1): -a USER GROUP, -d USER GROUP. */
export function* gpasswd(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'a:d:', long: { add: 'a:', delete: 'd:' } });
  const [group] = o.args;
  const user = o.get('a') ?? o.get('d');
  if (group === undefined || user === undefined) throw new BadUsage('');
  const found = groups(p).find((one) => one.name === group);
  if (found === undefined) throw new Failure(`group '${group}' does not exist in /etc/group`, 3);
  if (!users(p).some((one) => one.name === user)) throw new Failure(`user '${user}' does not exist`, 3);
  if (o.has('a')) {
    yield* p.print(`Adding user ${user} to group ${group}\n`);
    addToGroup(p, user, group);
    return 0;
  }
  yield* p.print(`Removing user ${user} from group ${group}\n`);
  if (!found.members.includes(user)) {
    yield* p.error(`gpasswd: user '${user}' is not a member of '${group}'\n`);
    return 3;
  }
  const lines = text(p.fs.read('/etc/group')).split('\n');
  const kept = lines.map((line) =>
    line.startsWith(`${group}:`)
      ? line.replace(/[^:]*$/, found.members.filter((member) => member !== user).join(','))
      : line,
  );
  p.fs.write('/etc/group', kept.join('\n'), '/', credentials(p));
  return 0;
}

/** chage(1): -l USER tells how old a password may become. */
export function* chage(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'ld:E:I:m:M:W:', long: { list: 'l' } });
  const [user] = o.args;
  if (user === undefined) throw new BadUsage('');
  if (!users(p).some((one) => one.name === user))
    throw new Failure(`user '${user}' does not exist in /etc/passwd`);
  if (!o.has('l')) return 0;
  const [, , changed = '', least = '0', most = '99999', warn = '7'] = shadowOf(p, user);
  const day = changed === '' ? 'never' : formatTime(Number(changed) * 86_400_000, '%b %d, %Y');
  yield* p.print(
    `Last password change\t\t\t\t\t: ${day}\nPassword expires\t\t\t\t\t: never\nPassword inactive\t\t\t\t\t: never\nAccount expires\t\t\t\t\t\t: never\nMinimum number of days between password change\t\t: ${least}\nMaximum number of days between password change\t\t: ${most}\nNumber of days of warning before password expires\t: ${warn}\n`,
  );
  return 0;
}

/** Notes in /etc/shadow that an account has a password; which one is kept nowhere. */
function setPassword(p: Process, name: string): void {
  if (!p.fs.exists('/etc/shadow')) return;
  const lines = text(p.fs.read('/etc/shadow')).split('\n');
  const changed = lines.map((line) =>
    line.startsWith(`${name}:`) ? line.replace(/:[^:]*/, ':$y$j9T$muelle') : line,
  );
  p.fs.write('/etc/shadow', changed.join('\n'), '/', credentials(p));
}
