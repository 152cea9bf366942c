import { describe, expect, it } from 'vitest';
import { allCommands, takesValue } from '../../../src/docker/spec/spec.ts';
import { explain } from '../../../src/explain/explain.ts';
import { explainData } from '../../../src/site/explain/data.ts';
import { readSheets } from '../../../src/site/sheets/sheets.ts';
import { snippetSources, unexplained, yamlSources } from './sources.ts';

const es = explainData('es');
const en = explainData('en');

/** The tokens of a source as the texts they cover. */
const parts = (source: string): string[] => explain(source, en).map(({ from, to }) => source.slice(from, to));

/** The sentence of the first token that covers just this text. */
function sentenceOf(source: string, text: string): string {
  const token = explain(source, en).find(({ from, to }) => source.slice(from, to) === text);
  return token?.text ?? `no token ${text}`;
}

describe('tokens', () => {
  it.each([
    ['docker run -it ubuntu bash', ['docker', 'run', '-i', 't', 'ubuntu', 'bash']],
    ['docker run -p8080:80 nginx', ['docker', 'run', '-p', '8080:80', 'nginx']],
    ['docker run --name=x nginx', ['docker', 'run', '--name=', 'x', 'nginx']],
    ['docker run --name="x y" nginx', ['docker', 'run', '--name=', '"x y"', 'nginx']],
    ['docker run -dp 80:80 nginx', ['docker', 'run', '-d', 'p', '80:80', 'nginx']],
    ['docker rm web -f', ['docker', 'rm', 'web', '-f']],
    ['docker rm -f -- -x', ['docker', 'rm', '-f', '--', '-x']],
    ['docker run busybox --rm', ['docker', 'run', 'busybox', '--rm']],
    ['docker compose -f a.yaml up -d', ['docker', 'compose', '-f', 'a.yaml', 'up', '-d']],
    ['docker-compose up', ['docker-compose', 'up']],
    ['docker -H tcp://x ps', ['docker', '-H', 'tcp://x', 'ps']],
    ['docker rm $(docker ps -aq)', ['docker', 'rm', '$(docker ps -aq)', 'docker', 'ps', '-a', 'q']],
    ['a=1 b', ['a=1', 'b']],
    ['ls >x 2>&1', ['ls', '>x', '2>&1']],
    ['cat <<EOF\n$x\nEOF', ['cat', '<<EOF', '$x\nEOF']],
    ['for i in 1 2; do echo $i; done', ['for', 'i', 'in', '1', '2', ';', 'do', 'echo', '$i', ';', 'done']],
    ["sh -c 'ls /; pwd'", ['sh', '-c', "'ls /; pwd'", 'ls', '/', ';', 'pwd']],
    ['docker ps \\\n  -a # all', ['docker', 'ps', '-a', '# all']],
    ['tar xzf a.tgz -C /x', ['tar', 'x', 'z', 'f', 'a.tgz', '-C', '/x']],
    ['sudo timeout 5 docker ps', ['sudo', 'timeout', '5', 'docker', 'ps']],
    ['docker ps | xargs docker rm', ['docker', 'ps', '|', 'xargs', 'docker', 'rm']],
  ])('%j', (source, expected) => {
    expect(parts(source)).toEqual(expected);
  });
});

describe('values', () => {
  it.each([
    ['docker run -p 8080:80 nginx', '8080:80', 'Port 8080 of the host leads to port 80 of the container.'],
    [
      'docker run -p 127.0.0.1:80:8080/udp nginx',
      '127.0.0.1:80:8080/udp',
      "Port 80 of the host's address 127.0.0.1 leads to port 8080 of the container. It can be reached from this machine only. Protocol: udp.",
    ],
    ['docker run -v data:/x:ro nginx', 'data:/x:ro', /volume “data”.*Read only/],
    ['docker run -v ./a:/x nginx', './a:/x', /host path “.\/a”/],
    [
      'docker run --mount type=bind,src=/a,dst=/b,ro nginx',
      'type=bind,src=/a,dst=/b,ro',
      /host path “\/a”.*Read only/,
    ],
    ['docker run -m 64m nginx', '64m', '64 MiB.'],
    ['docker run -e A=b nginx', 'A=b', 'The environment variable “A” is “b”.'],
    ['docker run --restart on-failure:3 nginx', 'on-failure:3', /at most 3 times/],
    ['docker run ghcr.io/a/b:1', 'ghcr.io/a/b:1', /Image “a\/b”, tag “1”. From the registry “ghcr.io”/],
    ['docker run localhost:5000/b', 'localhost:5000/b', /“latest”.*registry “localhost:5000”/],
    [
      "docker ps --format '{{.Names}} {{json .Ports}}'",
      "'{{.Names}} {{json .Ports}}'",
      /`\.Names`, `\.Ports`.*JSON/,
    ],
    ['docker ps --filter status=exited', 'status=exited', 'Only what has “status” = “exited”.'],
    ['docker cp a:/x .', 'a:/x', /“\/x” of the container “a”/],
  ])('%s', (source, value, expected) => {
    expect(sentenceOf(source, value)).toMatch(expected);
  });
});

describe('nothing is left unexplained', () => {
  it.each([
    ['snippets of the pages', snippetSources],
    ['examples of the reference', () => yamlSources('content/commands', 'run')],
    [
      'rows of the sheets',
      () =>
        [...readSheets().values()].flatMap(({ name, groups }) =>
          groups
            .flatMap(({ rows }) => rows)
            .filter(({ file }) => file === undefined)
            .map(({ run }) => ({ where: name, code: run })),
        ),
    ],
  ])('%s', (_what, sources) => {
    const all = sources();
    expect(all.length).toBeGreaterThan(20);
    const wrong = all.flatMap(({ where, code }) =>
      [es, en].flatMap((data) =>
        unexplained(code, explain(code, data)).map((problem) => `${where}: ${problem}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('every flag of every command, in each of its spellings', () => {
    const lines = allCommands().flatMap((command) =>
      command.flags.flatMap((flag) => {
        const value = takesValue(flag) ? ' x' : '';
        const short =
          flag.short === undefined ? [] : [`-${flag.short}${value}`, `-${flag.short}${value.trim()}`];
        return [`--${flag.name}${value}`, `--${flag.name}=x`, ...short].map(
          (spelling) => `docker ${command.path} ${spelling}`,
        );
      }),
    );
    expect(lines.length).toBeGreaterThan(3000);
    const wrong = lines.flatMap((line) =>
      unexplained(line, explain(line, es)).map((text) => `${line}: ${text}`),
    );
    expect(wrong).toEqual([]);
  });

  it('every argument of every command', () => {
    const wrong = allCommands()
      .filter(({ children }) => children.length === 0)
      .flatMap(({ path, args }) => {
        const counts = [args.min, Math.min(args.max, args.min + 2)];
        return counts.map((count) => `docker ${path}${' x'.repeat(count)}`);
      })
      .flatMap((line) => unexplained(line, explain(line, en)).map((text) => `${line}: ${text}`));
    expect(wrong).toEqual([]);
  });
});

describe('what the CLI would refuse', () => {
  it('says so', () => {
    expect(sentenceOf('docker ps --nosuch', '--nosuch')).toContain('the command fails');
    expect(sentenceOf('docker nosuch', 'nosuch')).toContain('no command “nosuch”');
  });

  it('marks a program that the data does not know', () => {
    expect(explain('nosuch -x', en).every(({ unknown }) => unknown === true)).toBe(true);
    expect(explain('nosuch() { ls; }; nosuch', en).some(({ unknown }) => unknown === true)).toBe(false);
  });
});
