import { describe, expect, test } from 'vitest';
import { rawView, typedView } from '../../../src/docker/cli/inspect/view.ts';
import { compile, execute } from '../../../src/docker/cli/template/execute.ts';

const WEB = {
  Id: 'dbe4733c9a85',
  Name: '/web',
  State: { Status: 'running', Running: true, OOMKilled: false, Pid: 5 },
  Mounts: [{ Type: 'volume', Name: 'data', Destination: '/data', RW: true }],
  Config: {
    Image: 'nginx',
    Cmd: ['nginx', '-g', 'daemon off;'],
    Env: ['A=1', 'B=2'],
    Labels: { tier: 'front', app: 'shop' },
    OpenStdin: false,
    ExposedPorts: { '80/tcp': {} },
  },
  HostConfig: { PidsLimit: null, NanoCpus: 5, RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } },
  NetworkSettings: {
    Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] },
    Networks: { bridge: { IPAddress: '172.17.0.2' } },
  },
};

const typed = (template: string): string => execute(compile(template), typedView(WEB));
const raw = (template: string): string => execute(compile(template), rawView(WEB), { missingKeyError: true });

describe('Go templates over API objects', () => {
  test.each([
    ['{{.Name}} {{.ID}}', '/web dbe4733c9a85'],
    ['{{json .State}}', '{"Status":"running","Running":true,"OOMKilled":false,"Pid":5}'],
    ['{{json .Config.Labels}}', '{"app":"shop","tier":"front"}'],
    ['{{.Config.Labels}} {{.Config.Cmd}}', 'map[app:shop tier:front] [nginx -g daemon off;]'],
    ['{{.HostConfig.RestartPolicy}} {{.Config.ExposedPorts}}', '{always 0} map[80/tcp:{}]'],
    ['{{.NetworkSettings.Ports}}', 'map[80/tcp:[{0.0.0.0 8080}]]'],
    ['{{.HostConfig.PidsLimit}} {{.State.Health}}', '<nil> <nil>'],
    ['{{index .Config.Labels "tier"}}|{{index .Config.Labels "none"}}|', 'front||'],
    ['{{range .NetworkSettings.Ports}}{{(index . 0).HostPort}}{{end}}', '8080'],
    ['{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{$v.IPAddress}};{{end}}', 'bridge 172.17.0.2;'],
    ['{{range .Config.Env}}{{println .}}{{else}}none{{end}}', 'A=1\nB=2\n'],
    ['{{range $i, $e := .Config.Env}}{{if $i}}, {{end}}{{$e}}{{end}}', 'A=1, B=2'],
    ['{{with .Config.Image}}{{.}}{{end}}{{with .State.Health}}x{{else}}no{{end}}', 'nginxno'],
    ['{{if and .State.Running (eq .Name "/db" "/web")}}yes{{else if .Name}}no{{end}}', 'yes'],
    [
      '{{join .Config.Cmd " "}} {{upper .Name}} {{title "word"}} {{truncate "abcdef" 3}}',
      'nginx -g daemon off; /WEB Word abc',
    ],
    ['{{printf "%-6s|%5d|%q|%v" "a" 42 "b" true}}', 'a     |   42|"b"|true'],
    ['{{len .Config.Env}} {{slice "abc" 1}} {{not true}} {{gt 2 1}} {{ne 1 2}}', '2 bc false true true'],
    ['a {{- " b " -}} c{{/* note */}}', 'a b c'],
    ['{{$n := .Name}}{{range .Mounts}}{{$n}}:{{.Destination}}{{end}}', '/web:/data'],
    ['{{define "x"}}<{{.}}>{{end}}{{template "x" .Name}}', '</web>'],
    ['{{range .Config.Cmd}}{{if eq . "-g"}}{{break}}{{end}}{{.}}{{end}}', 'nginx'],
  ])('%s', (template, expected) => expect(typed(template)).toBe(expected));

  test.each([
    ['{{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}', '5 <no value>'],
    ['{{json .State}}', '{"OOMKilled":false,"Pid":5,"Running":true,"Status":"running"}'],
  ])('raw: %s', (template, expected) => expect(raw(template)).toBe(expected));

  test.each([
    [
      '{{.NoSuchField}}',
      'template: :1:2: executing "" at <.NoSuchField>: map has no entry for key "NoSuchField"',
    ],
    [
      '{{.State.NoSuchField}}',
      'template: :1:8: executing "" at <.State.NoSuchField>: map has no entry for key "NoSuchField"',
    ],
    [
      '{{.Name}} {{gt .State.Pid 0}}',
      'template: :1:12: executing "" at <gt .State.Pid 0>: error calling gt: incompatible types for comparison: json.Number and int',
    ],
    [
      '{{index .Config.Env 5}}',
      'template: :1:2: executing "" at <index .Config.Env 5>: error calling index: index out of range: 5',
    ],
    [
      '{{.Name.X}}',
      'template: :1:7: executing "" at <.Name.X>: can\'t evaluate field X in type interface {}',
    ],
    ['{{range .Name}}{{end}}', 'template: :1:8: executing "" at <.Name>: range can\'t iterate over /web'],
    ['{{.Name', 'template: :1: unclosed action'],
    ['{{nosuchfunc .Name}}', 'template: :1: function "nosuchfunc" not defined'],
    ['{{if .Name}}', 'template: :1: unexpected EOF'],
    ['{{end}}', 'template: :1: unexpected {{end}}'],
    ['{{}}', 'template: :1: missing value for command'],
    ['a\n{{$x}}', 'template: :2: undefined variable "$x"'],
    ['{{.Name }', 'template: :1: unexpected "}" in operand'],
  ])('refuses %s', (template, message) => {
    let shown = '';
    try {
      raw(template);
    } catch (error) {
      shown = error instanceof Error ? error.message : '';
    }
    expect(shown).toBe(message);
  });
});
