import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/shell/session.ts';

/** Runs commands in one session with busybox; the outputs, without the last newline. */
async function outputs(...commands: string[]): Promise<string[]> {
  const session = await Session.create({ seed: 'mounts', images: ['busybox', 'alpine'] });
  const out: string[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await session.run(command);
    out.push((stdout + stderr).trimEnd());
  }
  return out;
}

describe('bind mounts', () => {
  it('hold on to the file, not to its name', async () => {
    const [, , seen, after, moved] = await outputs(
      'echo one > note; docker run -d --name holder -v ./note:/note busybox sleep 1000',
      'echo two > note',
      'docker exec holder cat /note',
      'sed -i s/two/three/ note; cat note; docker exec holder cat /note',
      'docker exec holder sh -c "echo four > /note"; cat note; docker exec holder cat /note',
    );
    expect([seen, after, moved]).toEqual(['two', 'three\ntwo', 'three\nfour']);
  });

  it('follow a directory that is renamed, and keep one that is removed', async () => {
    const [, renamed, gone] = await outputs(
      'mkdir d; echo x > d/f; docker run -d --name holder -v ./d:/d busybox sleep 1000',
      'mv d e; docker exec holder ls /d; docker exec holder touch /d/g; ls e',
      'rm -r e; mkdir d; touch d/new; docker exec holder ls /d',
    );
    expect([renamed, gone]).toEqual(['f\nf\ng', '']);
  });

  it('cannot be made inside a read-only mount', async () => {
    const [text] = await outputs(
      'mkdir ro; docker run --rm -v ./ro:/w:ro -v logs:/w/logs busybox true; echo $?',
    );
    expect(text).toMatch(/^125\n.*create mountpoint for \/w\/logs mount: .*read-only file system/);
  });
});

describe('image mounts', () => {
  it('show the files of another image, to read only', async () => {
    const [text] = await outputs(
      'docker run --rm --mount type=image,src=alpine,dst=/i busybox sh -c "ls /i/etc/alpine-release; touch /i/x"',
    );
    expect(text).toBe('/i/etc/alpine-release\ntouch: /i/x: Read-only file system');
  });
});

describe('mount(8)', () => {
  it('mounts where it may', async () => {
    const [may, mayNot] = await outputs(
      `docker run --rm --privileged busybox sh -c 'mkdir /a /b; mount -t tmpfs -o size=1m x /a; touch /a/f; mount --bind /a /b; ls /b; mount | tail -1; umount /b; ls /b; umount /b'`,
      'docker run --rm busybox mount -t tmpfs x /tmp',
    );
    expect(may).toBe(
      "f\nx on /b type tmpfs (rw,relatime,size=1024k)\numount: can't unmount /b: Invalid argument",
    );
    expect(mayNot).toBe('mount: permission denied (are you root?)');
  });
});
