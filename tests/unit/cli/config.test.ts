import { describe, expect, test } from 'vitest';
import { firstJson } from '../../../src/docker/cli/go-json.ts';
import { Session } from '../../../src/shell/session.ts';

/** Runs lines one after the other in one session; what they print, both streams together. */
async function run(...lines: readonly string[]): Promise<string[]> {
  const session = await Session.create({ seed: 'config', images: ['busybox'] });
  const out: string[] = [];
  for (const line of lines) {
    const { stdout, stderr } = await session.run(line);
    out.push(stdout + stderr);
  }
  return out;
}

describe("Go's decoder of JSON", () => {
  test.each([
    ['{"a": [1, -0.5e3, true, null, "x\\u00e9"]} trailing', undefined],
    ['', undefined],
    ['bad', "invalid character 'b' looking for beginning of value"],
    ['{"a":', 'unexpected EOF'],
    ['{a: 1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a": 1 "b"}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['tru!', "invalid character '!' in literal true (expecting 'e')"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
  ])('%j', (text, error) => {
    expect(firstJson(text).error).toBe(error);
  });
});

describe('config.json', () => {
  test('a file that is none is told of, and the command goes on', async () => {
    const [warned] = await run('mkdir -p ~/.docker; echo bad > ~/.docker/config.json; docker ps -q');
    expect(warned).toBe(
      "WARNING: Error parsing config file (/home/student/.docker/config.json): invalid character 'b' looking for beginning of value\n",
    );
  });

  test('gives lists their formats, but not where one is asked for', async () => {
    const [own, asked] = await run(
      `mkdir -p ~/.docker; echo '{"networksFormat":"{{.Name}}~"}' > ~/.docker/config.json; docker network ls`,
      "docker network ls --format '{{.Driver}}'",
    );
    expect(own).toBe('bridge~\nhost~\nnone~\n');
    expect(asked).toBe('bridge\nhost\nnull\n');
  });

  test('gives containers the proxies', async () => {
    const [, seen] = await run(
      `mkdir -p ~/.docker; echo '{"proxies":{"default":{"httpProxy":"http://p:1"}}}' > ~/.docker/config.json`,
      'docker run --rm -e HTTP_PROXY=mine busybox env | grep -i proxy | sort',
    );
    expect(seen).toBe('HTTP_PROXY=mine\nhttp_proxy=http://p:1\n');
  });
});

describe('where the engine is', () => {
  test.each([
    ['DOCKER_HOST=unix:///x.sock docker run busybox; echo $?', /^125\ndocker: failed to connect .*\n\nRun/s],
    [
      'DOCKER_HOST=http://x docker ps',
      /^Failed to initialize: .* invalid bind address format: http:\/\/x\n$/,
    ],
    ['DOCKER_HOST=tcp://box:x docker ps', /invalid port ":x" after host/],
    ['docker --tls ps', /^Failed to initialize: .* open \/home\/student\/.docker\/ca.pem: no such file/],
    ['DOCKER_API_VERSION=1.1 docker ps', /client version 1.1 is too old/],
    ['DOCKER_API_VERSION=x docker ps', /^Failed to initialize: invalid API version \(x\): must be formatted/],
    ['DOCKER_CUSTOM_HEADERS=x docker ps', /missing "=" in key=value pair: 'x'\n$/],
    ['docker --help network ls -q | wc -l', /^3\n$/],
  ])('%s', async (line, pattern) => {
    expect((await run(line))[0]).toMatch(pattern);
  });

  test('a context travels as an archive', async () => {
    const [, listed, shown] = await run(
      'docker context create far --docker host=tcp://10.9.8.7:2375 >/dev/null 2>&1',
      'docker context export far - | tar t; docker context export far - | docker context import near - 2>/dev/null',
      "docker context inspect near -f '{{.Name}} {{.Endpoints.docker.Host}}'",
    );
    expect(listed).toBe('meta.json\ntls\nnear\n');
    expect(shown).toBe('near tcp://10.9.8.7:2375\n');
  });
});
